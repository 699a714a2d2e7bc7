/** Every way to open and lose a query, a stream or a connection, many times: nothing is left of any. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { heapAfterCollection, isLong } from '../../support/run/long-tests.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import {
  getRequest,
  messageFrame,
  openRaw,
  postRequest,
  type RawClient,
  streamRequest,
  upgradeRequest,
} from '../../support/servers/raw-client.ts';

const CYCLES = isLong ? 1_000 : 30;
/** After these everything is compiled and every cache is warm. */
const WARM = 200;
/** Bytes: what a run of the collector may leave. Leaks of hundreds of cycles are larger. */
const HEAP_SLACK = 4_000_000;
/** Cycles that run at a time. */
const AT_ONCE = 10;

let ledger: TestDatabase;
let agencyId: string;
let server: LiveServer;
const warnings: string[] = [];
const warn = ({ message }: Error): void => void warnings.push(message);

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff');
  process.on('warning', warn);
});

afterAll(async () => {
  process.off('warning', warn);
  await ledger[Symbol.asyncDispose]();
});

beforeEach(async () => {
  server = await openLiveServer(ledger, { beat: 50, look: 50 });
});

afterEach(() => server[Symbol.asyncDispose]());

const subscription = 'subscription { ledgerEvents { summary } }';
const query = JSON.stringify({ query: '{ states { name } }' });
const subscribe = (id: string, text = subscription) =>
  messageFrame({ type: 'subscribe', id, payload: { query: text } });

/** Sends, waits for something to come where it says what, and is cut. */
const sends =
  (bytes: string | Uint8Array, until?: string) =>
  async ({ socket, received }: RawClient): Promise<void> => {
    socket.write(bytes);
    // A poll of `expect` would keep the client, and what it received, to the end of the test.
    if (until !== undefined) await vi.waitUntil(() => received().includes(until), { interval: 5, timeout: 20_000 });
  };

/** Over a WebSocket, once it is acknowledged. */
const talks =
  (frames: Uint8Array[], until?: string) =>
  async (client: RawClient): Promise<void> => {
    await sends(upgradeRequest, '101 Switching')(client);
    await sends(messageFrame({ type: 'connection_init' }), 'connection_ack')(client);
    await sends(Buffer.concat(frames), until)(client);
  };

test.each<[string, (client: RawClient) => Promise<void>]>([
  ['a connection that says nothing', sends('')],
  ['half a head', sends('POST /graphql HTTP/1.1\r\nhost: x\r\n')],
  ['half a body', sends(postRequest(query).slice(0, -10))],
  [
    'half a chunked body',
    sends(postRequest('5\r\n{"que', { 'transfer-encoding': 'chunked' }).replace(/content-length.*\r\n/, '')),
  ],
  ['a query that is answered', sends(postRequest(query), '"data"')],
  ['a query whose client leaves', sends(postRequest(query))],
  ['a query by GET whose client leaves', sends(getRequest('/graphql?query={states{name}}'))],
  ['queries that wait for one another, answered', sends(postRequest(query).repeat(6), '"data"')],
  ['queries that wait for one another, left', sends(postRequest(query).repeat(6))],
  ['more queries than may wait', sends(postRequest(query).repeat(50))],
  ['an event stream', sends(streamRequest(subscription), 'id: ')],
  ['an event stream whose client leaves at once', sends(streamRequest(subscription))],
  [
    'an event stream that is refused',
    sends(streamRequest('subscription { ledgerEvents(after: "x") { id } }'), 'complete'),
  ],
  ['event streams behind an event stream', sends(streamRequest(subscription).repeat(8), 'id: ')],
  ['fifty event streams of one connection', sends(streamRequest(subscription).repeat(50))],
  [
    'a body that is not read behind an event stream',
    sends(streamRequest(subscription) + postRequest('x'.repeat(200_000))),
  ],
  ['a handshake', sends(upgradeRequest, '101 Switching')],
  ['a handshake that fails', sends(upgradeRequest.replace('websocket-version: 13', 'websocket-version: 1'))],
  ['a handshake for another path', sends(upgradeRequest.replace('/graphql', '/other'), '404')],
  ['a handshake behind an event stream', sends(streamRequest(subscription) + upgradeRequest)],
  ['a handshake behind a query', sends(postRequest(query) + upgradeRequest)],
  ['a WebSocket that is acknowledged', talks([])],
  ['garbage over a WebSocket', talks([messageFrame(['garbage'])], 'Invalid message')],
  ['subscriptions over a WebSocket', talks([subscribe('1'), subscribe('2')])],
  ['a query over a WebSocket', talks([subscribe('1', '{ states { name } }')], '"complete"')],
  ['a query over a WebSocket whose client leaves', talks([subscribe('1', '{ states { name } }')])],
  ['an id that is used twice', talks([subscribe('1'), subscribe('1')], 'The id is in use')],
  [
    'ids that are used again and again',
    talks(
      Array.from({ length: 20 }, () => [subscribe('1'), messageFrame({ type: 'complete', id: '1' })]).flat(),
      'ack',
    ),
  ],
])('%s', { timeout: isLong ? 600_000 : 60_000 }, async (_what, act) => {
  const port = Number(new URL(server.url).port);
  let heap = Number.POSITIVE_INFINITY;
  for (let cycle = 0; cycle < CYCLES; cycle += AT_ONCE) {
    if (cycle === WARM) heap = heapAfterCollection();
    const clients = await Promise.all(Array.from({ length: AT_ONCE }, () => openRaw(port)));
    await Promise.all(clients.map((client) => act(client)));
    // Some are in the middle of an event when they end.
    if (cycle === AT_ONCE) await logEvents(ledger.db, [{ agencyId, summary: 'x'.repeat(10_000) }]);
    for (const [index, { socket }] of clients.entries()) {
      if (index % 2 === 0) socket.destroy();
      else socket.end();
    }
    for (const { socket } of clients) setTimeout(() => socket.destroy(), 30);
    await Promise.all(clients.map(({ closed }) => closed));
  }
  await expect.poll(countOpen, { interval: 20 }).toEqual(nothing);
  expect(warnings).toEqual([]);
  if (isLong) expect(heapAfterCollection()).toBeLessThan(heap * 1.1 + HEAP_SLACK);
});

const nothing = {
  ...{ watchers: 0, groups: 0, slots: 0, eventStreams: 0, webSockets: 0 },
  ...{ making: 0, waiting: 0, unsent: 0, connections: 0, underWay: 0 },
};

async function countOpen(): Promise<typeof nothing> {
  const { live, slots, eventStreams, webSockets, line, unsent, http, admission } = server;
  const connections = await new Promise<number>((resolve) => http.getConnections((_error, count) => resolve(count)));
  return {
    ...{ watchers: live.feed.watchers, groups: live.feed.groups, slots: slots.taken },
    ...{ eventStreams: eventStreams.size, webSockets: webSockets.size },
    ...{ making: line.making, waiting: line.waiting, unsent: unsent.total, connections },
    underWay: admission.underWay,
  };
}
