/** A server with streams over a test database, in this process: what `main` puts together, with limits to choose. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeyRing } from '../../../src/graphql/access/key-ring.ts';
import { createGraphql, type Graphql } from '../../../src/graphql/http/yoga.ts';
import { type RunningLive, startLive } from '../../../src/graphql/subscriptions/live.ts';
import { createOperationsOf } from '../../../src/operations/create-operations.ts';
import { type Health, watchHealth } from '../../../src/server/health.ts';
import { createFiles } from '../../../src/server/http/files.ts';
import { closeHttp, createHttpServer, listen } from '../../../src/server/http/http-server.ts';
import { createResponseQueue, type ResponseQueue } from '../../../src/server/http/response-queue.ts';
import { createAdmission, type OperationGate } from '../../../src/server/limits/admission.ts';
import { createAddressReader } from '../../../src/server/limits/client-address.ts';
import { createRequestRate, tellAllowance } from '../../../src/server/limits/request-rate.ts';
import { createUnsentBytes, type UnsentBytes, type UnsentLimits } from '../../../src/server/limits/unsent-bytes.ts';
import { createLog } from '../../../src/server/log.ts';
import { acceptWebSockets, type WebSockets } from '../../../src/server/sockets/websocket.ts';
import { createEventStreams, type EventStreams } from '../../../src/server/streams/event-stream.ts';
import { createStreamSlots, type SlotLimits, type StreamSlots } from '../../../src/server/streams/stream-slots.ts';
import { operatorKeys } from '../../integration/graphql/api.ts';
import type { TestDatabase } from '../databases/test-database.ts';

export interface LiveServer extends AsyncDisposable {
  /** Of the API, with http. */
  url: string;
  graphql: Graphql;
  live: RunningLive;
  slots: StreamSlots;
  admission: OperationGate;
  webSockets: WebSockets;
  eventStreams: EventStreams;
  health: Health;
  line: ResponseQueue;
  unsent: UnsentBytes;
  http: Server;
}

export interface LiveOptions {
  /** Those of the tests unless given. */
  keys?: KeyRing;
  limits?: SlotLimits;
  /** False: no wake-ups, only polling. */
  notify?: boolean;
  /** Milliseconds between looks at a log that wakes nobody. */
  poll?: number;
  pointsPerMinute?: number;
  /** Milliseconds that an answer may take. */
  deadline?: number;
  /** Milliseconds between comments of event streams. */
  beat?: number;
  /** Milliseconds between looks at open sockets. */
  look?: number;
  /** Bytes that clients may leave unread. */
  unsent?: UnsentLimits;
  /** Milliseconds in which an answer must have been taken. */
  takenWithin?: number;
}

export async function openLiveServer(database: TestDatabase, options: LiveOptions = {}): Promise<LiveServer> {
  const log = createLog('silent');
  const deadline = options.deadline === undefined ? {} : { deadline: options.deadline };
  const keys = options.keys ?? operatorKeys;
  const graphql = createGraphql({ database, keys, log, operationsOf: createOperationsOf(database), ...deadline });
  const settings = { notify: options.notify ?? true, pollMilliseconds: options.poll };
  const live = await startLive(database, graphql.queries, settings, log);
  const health = watchHealth({ ping: database.ping, onChange: () => {}, readAt: () => live.tail.readAt });
  const slots = createStreamSlots(options.limits ?? { perAddress: 5_000, perProcess: 5_000 });
  const count = createRequestRate(options.pointsPerMinute ?? 100_000);
  const admission = createAdmission(count);
  const readAddress = createAddressReader([]);
  const line = createResponseQueue({ log, look: 50, ...(options.takenWithin && { deadline: options.takenWithin }) });
  const unsent = createUnsentBytes(options.unsent, 200);
  const streaming = {
    ...{ admission, count, readAddress },
    streams: graphql.openStreams(live),
    slots,
    ...{ line, unsent, health, log },
    ...(options.beat === undefined ? {} : { beat: options.beat }),
    ...(options.look === undefined ? {} : { look: options.look }),
  };
  const eventStreams = createEventStreams(streaming);
  const server = createHttpServer({
    ...{ stream: eventStreams.answer, line, unsent, readAddress, health, log },
    graphql: (request, response) =>
      graphql.handle(request, response, {
        address: readAddress(request),
        admission,
        tell: (allowance) => tellAllowance(response, allowance),
      }),
    files: createFiles({
      find: graphql.queries.originalNamed,
      read: database.originals.read,
      readViewer: streaming.streams.readViewer,
      count,
    }),
    open: () => ({ watchers: live.feed.watchers, groups: live.feed.groups, streams: slots.taken }),
    readViewer: keys.readViewer,
    count: (request) => streaming.count(streaming.readAddress(request), keys.readViewer(request.headers.authorization)),
  });
  const webSockets = acceptWebSockets(server, streaming);
  await listen(server, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    ...{ url, admission, graphql, live, slots, webSockets, eventStreams, health, line, unsent, http: server },
    [Symbol.asyncDispose]: async () => {
      health.drain();
      await Promise.all([webSockets.close(0), eventStreams.close(0)]);
      await closeHttp(server, 500);
      await live.close();
      health.close();
    },
  };
}
