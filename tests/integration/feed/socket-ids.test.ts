/** Ids of operations over a WebSocket, used again at once, and floods of messages: sent over bare connections. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveOptions, type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import {
  frame,
  messageFrame,
  opcodes,
  openRaw,
  type RawClient,
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

beforeEach(async () => {
  server = await openLiveServer(ledger);
});

afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await server[Symbol.asyncDispose]();
});

async function restart(options: LiveOptions): Promise<void> {
  await server[Symbol.asyncDispose]();
  server = await openLiveServer(ledger, options);
}

/** After the handshake of both protocols. */
async function openAcknowledged(options?: { reads: boolean }): Promise<RawClient> {
  const client = await openRaw(Number(new URL(server.url).port), options);
  clients.push(client);
  client.socket.write(upgradeRequest);
  client.socket.write(messageFrame({ type: 'connection_init' }));
  if (options?.reads !== false) await expect.poll(() => client.received()).toContain('connection_ack');
  return client;
}

const query = 'subscription { ledgerEvents { summary } }';
const subscribe = (id: string, text = query) => messageFrame({ type: 'subscribe', id, payload: { query: text } });
const complete = (id: string) => messageFrame({ type: 'complete', id });

const add = (summary: string): Promise<void> => logEvents(ledger.db, [{ agencyId, summary }]);
const watching = (count: number): Promise<void> => expect.poll(() => server.live.feed.watchers).toBe(count);
const nothingOpen = (): Promise<void> =>
  expect
    .poll(() => [server.live.feed.watchers, server.live.feed.groups, server.slots.taken, server.webSockets.size])
    .toEqual([0, 0, 0, 0]);
const occurrences = (client: RawClient, text: string): number => client.received().split(text).length - 1;

/** The code of the closing frame, which ends what a server sends: two bytes before a reason. */
function closedWith({ received }: RawClient, reason: string): number {
  const bytes = Buffer.from(received(), 'latin1');
  return bytes.readUInt16BE(bytes.indexOf(reason) - 2);
}

describe('an id that is used again', () => {
  test('after its complete, at once: one watcher, each event once', async () => {
    const client = await openAcknowledged();
    client.socket.write(Buffer.concat([subscribe('1'), complete('1'), subscribe('1')]));
    await watching(1);
    await add('told once');
    await expect.poll(() => occurrences(client, 'told once')).toBe(1);
    await add('and the next');
    await expect.poll(() => occurrences(client, 'and the next')).toBe(1);
    expect(occurrences(client, 'told once')).toBe(1);
    expect(client.received()).not.toContain('"complete"');
    client.socket.destroy();
    await nothingOpen();
  });

  test('two hundred times at once leaves one watcher, and none with the socket', async () => {
    const client = await openAcknowledged();
    client.socket.write(
      Buffer.concat([subscribe('1'), ...Array.from({ length: 200 }, () => [complete('1'), subscribe('1')]).flat()]),
    );
    await add('before');
    await watching(1);
    await add('after');
    await expect.poll(() => occurrences(client, 'after')).toBe(1);
    client.socket.destroy();
    await nothingOpen();
  });

  test('after its complete, and completed again: nothing is left', async () => {
    const client = await openAcknowledged();
    client.socket.write(Buffer.concat([subscribe('1'), complete('1'), subscribe('1'), complete('1')]));
    client.socket.write(Buffer.concat([subscribe('end'), complete('unknown'), complete('end')]));
    await expect.poll(() => server.live.feed.watchers).toBe(0);
    client.socket.write(subscribe('1'));
    await watching(1);
  });

  test.each([
    ['without its complete', [subscribe('1'), subscribe('1')]],
    ['twice after one complete', [subscribe('1'), complete('1'), subscribe('1'), subscribe('1')]],
  ])('%s closes with 4409, and no watcher is left although the client stays', async (_how, messages) => {
    const client = await openAcknowledged();
    client.socket.write(Buffer.concat(messages));
    await expect.poll(() => client.received()).toContain('The id is in use');
    expect(closedWith(client, 'The id is in use')).toBe(4409);
    await watching(0);
    // It neither answers the closing nor is heard any more.
    client.socket.write(subscribe('2'));
    await client.closed;
    await nothingOpen();
  });

  test('for a query, after its answer', async () => {
    const client = await openAcknowledged();
    const ask = subscribe('q', '{ state(code: "FL") { name } }');
    for (let round = 1; round <= 20; round += 1) {
      client.socket.write(ask);
      await expect.poll(() => occurrences(client, '"complete"'), { interval: 1 }).toBe(round);
    }
    expect(occurrences(client, 'Florida')).toBe(20);
  });

  test('for a query that was completed, the answer is the new one’s', async () => {
    const client = await openAcknowledged();
    const ask = (code: string) => subscribe('q', `{ state(code: "${code}") { name } }`);
    client.socket.write(Buffer.concat([ask('FL'), complete('q'), ask('TX')]));
    await expect.poll(() => client.received()).toContain('Texas');
    expect(client.received()).not.toContain('Florida');
  });

  test('twenty that are completed make room for twenty others at once', async () => {
    const client = await openAcknowledged();
    const ids = Array.from({ length: 20 }, (_, index) => String(index));
    client.socket.write(Buffer.concat(ids.map((id) => subscribe(id))));
    await watching(20);
    client.socket.write(Buffer.concat([...ids.map(complete), ...ids.map((id) => subscribe(`new ${id}`))]));
    await add('to twenty');
    await expect.poll(() => occurrences(client, 'to twenty')).toBe(20);
    expect(occurrences(client, 'RATE_LIMITED')).toBe(0);
  });

  test('those that wait for their id count among the twenty', async () => {
    const client = await openAcknowledged();
    const ids = Array.from({ length: 15 }, (_, index) => String(index));
    const again = ids.flatMap((id) => [complete(id), subscribe(id)]);
    client.socket.write(Buffer.concat([...ids.map((id) => subscribe(id)), ...again]));
    client.socket.write(Buffer.concat(ids.map((id) => subscribe(`more ${id}`))));
    await expect.poll(() => occurrences(client, 'RATE_LIMITED')).toBeGreaterThan(0);
    await expect.poll(() => server.live.feed.watchers).toBeLessThanOrEqual(20);
  });
});

describe('a socket that ends', () => {
  test('while its subscriptions are opened leaves no watcher', async () => {
    for (let round = 0; round < 30; round += 1) {
      const client = await openAcknowledged();
      client.socket.write(Buffer.concat(Array.from({ length: 20 }, (_, index) => subscribe(String(index)))));
      setTimeout(() => client.socket.destroy(), round % 5);
      await client.closed;
    }
    await nothingOpen();
  });

  test('by two handshakes is heard no more', async () => {
    const client = await openAcknowledged();
    client.socket.write(Buffer.concat([subscribe('1'), messageFrame({ type: 'connection_init' }), subscribe('2')]));
    await expect.poll(() => client.received()).toContain('Too many initialisation requests');
    await watching(0);
    await client.closed;
    await nothingOpen();
  });
});

describe('floods', () => {
  test.each([
    ['pings of the protocol', () => messageFrame({ type: 'ping', payload: { text: 'x'.repeat(1_000) } })],
    ['pings of the socket', () => frame('x'.repeat(100), opcodes.ping)],
    ['pongs that nobody asked for', () => frame('', opcodes.pong)],
    ['completes of unknown ids', () => complete('nobody')],
    ['operations that are refused', () => subscribe('1', 'x')],
  ])('%s count as operations by the hundred, and are not answered without end', async (_what, message) => {
    await restart({ pointsPerMinute: 30 });
    const client = await openAcknowledged({ reads: false });
    const many = Buffer.concat(Array.from({ length: 500 }, message));
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, server.unsent.total);
    }, 10);
    const send = (): void => {
      if (!client.socket.destroyed) client.socket.write(many, () => setImmediate(send));
    };
    send();
    await nothingOpen();
    clearInterval(timer);
    expect(most).toBeLessThan(2_500_000);
  });

  test('thousands of messages at once are answered some at a time, and a socket that sends more is closed', async () => {
    const client = await openAcknowledged();
    const refused = Array.from({ length: 900 }, (_, index) => subscribe(String(index), 'x'));
    client.socket.write(Buffer.concat(refused));
    await expect.poll(() => occurrences(client, '"error"')).toBe(900);
    const flood = Array.from({ length: 3_000 }, (_, index) => subscribe(`${index}`, ''));
    client.socket.write(Buffer.concat(flood));
    await client.closed;
    expect(closedWith(client, 'Too many messages at once')).toBe(1008);
    await nothingOpen();
  });
});
