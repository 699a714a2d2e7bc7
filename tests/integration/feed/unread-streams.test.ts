/** Streams whose clients read nothing: what they may hold, and that who reads misses nothing. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import {
  messageFrame,
  openRaw,
  type RawClient,
  streamRequest,
  upgradeRequest,
} from '../../support/servers/raw-client.ts';

let ledger: TestDatabase;
let agencyId: string;
let server: LiveServer;
let clients: RawClient[] = [];

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff');
  return () => ledger[Symbol.asyncDispose]();
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await server[Symbol.asyncDispose]();
});

const query = 'subscription { ledgerEvents { summary } }';
const subscribe = messageFrame({ type: 'subscribe', id: '1', payload: { query } });

async function openStream(options: { reads: boolean }): Promise<RawClient> {
  const client = await openRaw(Number(new URL(server.url).port), options);
  clients.push(client);
  client.socket.write(streamRequest(query));
  return client;
}

async function openSocket({ reads }: { reads: boolean }): Promise<RawClient> {
  const client = await openRaw(Number(new URL(server.url).port));
  clients.push(client);
  client.socket.write(upgradeRequest);
  client.socket.write(messageFrame({ type: 'connection_init' }));
  await expect.poll(client.received).toContain('connection_ack');
  client.socket.write(subscribe);
  if (!reads) client.socket.pause();
  return client;
}

/** Together above what the network between two sockets of one machine takes by itself. */
const EVENTS = 150;
const large = 'x'.repeat(100_000);

test.each([
  ['WebSockets', openSocket],
  ['event streams', openStream],
])(
  'of %s that do not read as many stay as fit, and who reads has every event',
  { timeout: 60_000 },
  async (_what, open) => {
    // A stream that stalls holds a frame and what it may write ahead: some fit.
    const limits = { perAddress: 400_000, perProcess: 10_000_000 };
    server = await openLiveServer(ledger, { unsent: limits });
    const silent = await Promise.all(Array.from({ length: 6 }, () => open({ reads: false })));
    const reader = await open({ reads: true });
    await expect.poll(() => server.live.feed.watchers).toBe(7);
    for (let event = 0; event < EVENTS; event += 1) {
      await logEvents(ledger.db, [{ agencyId, summary: `${large} ${event} end` }]);
    }
    // Three that are stalled hold some 120 kB each; and the one that reads.
    await expect.poll(() => server.live.feed.watchers).toBeLessThanOrEqual(4);
    expect(server.unsent.total).toBeLessThanOrEqual(limits.perAddress);
    await expect.poll(() => reader.socket.bytesRead, { interval: 100 }).toBeGreaterThan(EVENTS * large.length);
    await expect.poll(() => reader.received().split(' end').length - 1, { interval: 1_000 }).toBe(EVENTS);
    for (const { socket } of silent) socket.destroy();
    await expect.poll(() => server.unsent.total).toBe(0);
  },
);
