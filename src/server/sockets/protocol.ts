/**
 * What is said over a WebSocket: graphql-ws speaks the protocol (graphql-transport-ws), and an operation is a stream to
 * it that yields nothing; finished frames are written past it, straight to the socket, so that an event costs the same
 * as a broadcast.
 */
import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, type GraphQLError, parse } from 'graphql';
import { type Context, makeServer, type SubscribePayload } from 'graphql-ws';
import { Abort } from '../../abort.ts';
import type { Watcher } from '../../feed/groups/watcher.ts';
import { format } from '../../graphql/execution/answer.ts';
import { type Admission, type Allowance, clientGone } from '../../graphql/execution/caller.ts';
import { refuseRequest } from '../../graphql/execution/errors.ts';
import { refusePersisted } from '../../graphql/http/persisted-query.ts';
import type { OperationText } from '../../graphql/http/plain-request.ts';
import { schema } from '../../graphql/schema/schema.ts';
import type { Streams } from '../../graphql/subscriptions/streams.ts';
import type { Health } from '../health.ts';
import { type CountRequest, describeExceeded } from '../limits/request-rate.ts';
import type { UnsentBytes } from '../limits/unsent-bytes.ts';
import { HeldStream } from '../streams/held-stream.ts';
import type { SocketConnection } from './connection.ts';
import type { SocketInbox } from './inbox.ts';
import { SocketSink } from './sink.ts';

export interface ProtocolOptions {
  streams: Streams;
  count: CountRequest;
  admission: Admission;
  unsent: UnsentBytes;
  health: Health;
}

export const MOST_OPERATIONS = 20;

/** graphql-ws finds out by its kind how an operation is to be run; ours all end like streams. */
const streamDocument = parse('subscription { stream }');

export function createProtocol(options: ProtocolOptions) {
  const { streams, count, health } = options;
  return makeServer<Record<string, unknown>, SocketConnection>({
    connectionInitWaitTimeout: 3_000,
    /** False closes with 4403, after which a client may come back with another key. */
    onConnect: (ctx) => {
      const viewer = streams.readViewer(givenKey(ctx.connectionParams) ?? ctx.extra.authorization);
      if (viewer === null) return false;
      ctx.extra.admit(viewer);
      return true;
    },
    onSubscribe: async (ctx, id, payload) => {
      if (await hasTooMany(ctx.extra.inbox)) return [tooManyOperations()];
      if (health.draining()) return [shuttingDown()];
      const allowance = await count(ctx.extra.address, ctx.extra.viewer);
      if (allowance.exceeded) return [tooManyRequests(allowance)];
      const persisted = refusePersisted(payload);
      if (persisted !== null) return [persisted];
      const opened = await open(options, ctx, id, payload);
      if (Array.isArray(opened)) return opened;
      return { schema, document: streamDocument, contextValue: opened } satisfies ExecutionArgs;
    },
    subscribe: (args: ExecutionArgs) => args.contextValue as HeldStream,
    onError: (ctx, id, _payload, errors) => {
      ctx.extra.inbox.ended(id);
      return errors.map(format);
    },
    onComplete: (ctx, id) => ctx.extra.inbox.ended(id),
  });
}

/** Counted again after what was completed in the same moment has been cleaned up. */
async function hasTooMany(inbox: SocketInbox): Promise<boolean> {
  if (inbox.operations <= MOST_OPERATIONS) return false;
  await setImmediate();
  return inbox.operations > MOST_OPERATIONS;
}

function givenKey(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = params?.authorization ?? params?.Authorization;
  return typeof given === 'string' ? given : undefined;
}

async function open(
  options: ProtocolOptions,
  { extra: connection }: Context<Record<string, unknown>, SocketConnection>,
  id: string,
  { query, variables, operationName }: SubscribePayload,
): Promise<HeldStream | readonly GraphQLError[]> {
  const abort = new Abort();
  const own = connection.inbox.operation(id);
  const onComplete = (): void => {
    sink.close();
    abort.abort(clientGone);
  };
  const held = new HeldStream();
  const sink = new SocketSink(connection, id, held);
  if (own !== undefined) own.onComplete = onComplete;
  // Completed while it was counted.
  if (own?.ending === true) onComplete();
  const operation = { query, variables: variables ?? null, operationName: operationName ?? null };
  const kind = options.streams.kindOf(operation);
  return (kind === 'query' || kind === 'mutation' ? answerOnce : watch)(options, connection, {
    operation,
    abort,
    sink,
    held,
  });
}
interface Opening {
  operation: OperationText;
  abort: Abort;
  sink: SocketSink;
  held: HeldStream;
}

async function answerOnce(
  { streams, admission, unsent }: ProtocolOptions,
  connection: SocketConnection,
  { operation, abort, sink, held }: Opening,
): Promise<HeldStream | readonly GraphQLError[]> {
  const { viewer, address } = connection;
  const giveUp = (): void => abort.abort(clientGone);
  connection.own(giveUp);
  const answer = await streams.run(operation, { viewer, address, admission, abort });
  connection.disown(giveUp);
  if (typeof answer !== 'string') return answer;
  if (unsent.exceeded(address, Buffer.byteLength(answer)) !== null) return [tooMuchUnread()];
  sink.write([{ sequence: 0, cursor: null, payload: answer }]);
  await held.return();
  return held;
}

async function watch(
  { streams, admission }: ProtocolOptions,
  connection: SocketConnection,
  { operation, abort, sink, held }: Opening,
): Promise<HeldStream | readonly GraphQLError[]> {
  const { viewer, address } = connection;
  const opened = await streams.subscribe({ ...operation, caller: { viewer, address, admission, abort } }, sink);
  if ('errors' in opened) return opened.errors;
  return hold(connection, held, sink, opened.watcher);
}

/** Nothing of how it was opened is kept for as long as it is watched. */
function hold(connection: SocketConnection, held: HeldStream, sink: SocketSink, watcher: Watcher): HeldStream {
  const close = (): void => {
    sink.close();
    watcher.close();
    connection.disown(close);
  };
  connection.own(close);
  held.whenEnded(close);
  return held;
}

function tooManyOperations(): GraphQLError {
  return refuseRequest('RATE_LIMITED', `A socket may have ${MOST_OPERATIONS} operations at a time.`, {
    limit: { name: 'operations', most: MOST_OPERATIONS, found: null },
  });
}

function tooManyRequests(allowance: Allowance): GraphQLError {
  const { message, extensions } = describeExceeded(allowance);
  return refuseRequest('RATE_LIMITED', message, extensions);
}

function tooMuchUnread(): GraphQLError {
  return refuseRequest('RATE_LIMITED', 'Earlier answers have not been read. Read them, then ask again.');
}

function shuttingDown(): GraphQLError {
  return refuseRequest('SHUTTING_DOWN', 'This instance is closing; another one answers.');
}
