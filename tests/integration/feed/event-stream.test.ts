/** text/event-stream as a surface: what stands on the wire, and how a plain EventSource resumes. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { type Block, readBlocks } from '../../support/servers/stream-clients.ts';
import { asOperator } from '../graphql/api.ts';

let ledger: TestDatabase;
let agencyId: string;
let server: LiveServer;
let aborting: AbortController;

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff');
});

afterAll(() => ledger[Symbol.asyncDispose]());

beforeEach(async () => {
  aborting = new AbortController();
  server = await openLiveServer(ledger, { beat: 100 });
});

afterEach(async () => {
  aborting.abort();
  await server[Symbol.asyncDispose]();
});

const query = 'subscription Watch($after: EventCursor) { ledgerEvents(after: $after) { summary cursor } }';
const add = (summary: string): Promise<void> => logEvents(ledger.db, [{ agencyId, summary }]);

function open(variables: object = {}, headers: Record<string, string> = {}): AsyncGenerator<Block, void, void> {
  return readBlocks(server.url, { query, variables }, headers, aborting.signal);
}

async function cursorNow(): Promise<string> {
  const { epoch, lastSequence, lastHash } = await server.graphql.queries.ledger();
  return encodeEventCursor(epoch, lastSequence, lastHash);
}

async function nextEvent(blocks: AsyncGenerator<Block, void, void>): Promise<Block> {
  for await (const block of { [Symbol.asyncIterator]: () => ({ next: () => blocks.next() }) }) {
    if (block.event !== '') return block;
  }
  throw new Error('The stream ended.');
}

test('an event carries its cursor as id', async () => {
  const blocks = open({ after: await cursorNow() });
  await add('one');
  const event = await nextEvent(blocks);
  const { data } = JSON.parse(event.data);
  expect([event.event, event.id, data.ledgerEvents.summary]).toEqual(['next', data.ledgerEvents.cursor, 'one']);
});

test('before the first event a stream says where it begins', async () => {
  const now = await cursorNow();
  const blocks = open();
  expect((await blocks.next()).value).toMatchObject({ id: null, data: '' });
  expect((await blocks.next()).value).toMatchObject({ id: now, data: '', event: '' });
});

test('a comment shows life, with the place up to which nothing matched', async () => {
  const filtered = 'subscription { ledgerEvents(filter: { states: ["GU"] }) { summary } }';
  const blocks = readBlocks(server.url, { query: filtered }, {}, aborting.signal);
  await blocks.next();
  await add('of Texas');
  const now = await cursorNow();
  for (let block = await blocks.next(); !block.done; block = await blocks.next()) {
    expect(block.value.event).toBe('');
    if (block.value.comment && block.value.id === now) return;
  }
  throw new Error('The stream ended.');
});

test('Last-Event-ID resumes, and wins over after', async () => {
  const start = await cursorNow();
  await add('first');
  const middle = await cursorNow();
  await add('second');
  const event = await nextEvent(open({ after: start }, { 'last-event-id': middle }));
  expect(JSON.parse(event.data).data.ledgerEvents.summary).toBe('second');
});

test('a refusal is told in the stream, which then ends and asks not to come back soon', async () => {
  const blocks: Block[] = [];
  for await (const block of open({}, { 'last-event-id': 'garbage' })) blocks.push(block);
  expect(blocks.map(({ event }) => event)).toEqual(['', '', 'next', 'complete']);
  expect(JSON.parse(blocks[2]?.data ?? '').errors[0].extensions.code).toBe('BAD_CURSOR');
});

test('by GET, as a browser asks', async () => {
  const url = `${server.url}?query=${encodeURIComponent(query)}&variables=${encodeURIComponent('{"after":null}')}`;
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: aborting.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('what cannot be streamed is answered as ever', async () => {
  const ask = (accept: string, text: string, headers = {}) =>
    fetch(server.url, {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text }),
    });
  const plain = await (await ask('application/json', query)).json();
  expect(plain.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(plain.errors[0].message).toContain('text/event-stream');
  expect((await ask('multipart/mixed', query)).status).toBe(406);
  const asked = await (await ask('text/event-stream', '{ state(code: "FL") { name } }')).text();
  expect(asked).toContain('Florida');
  const wrongKey = await ask('text/event-stream', query, { authorization: 'Bearer nobody' });
  expect(wrongKey.status).toBe(401);
  const operator = await ask('text/event-stream', query, asOperator);
  expect(operator.status).toBe(200);
  await operator.body?.cancel();
});

test('an instance that ends ends its streams', async () => {
  const blocks = open();
  await blocks.next();
  await server.eventStreams.close(50);
  for await (const block of blocks) expect(block.event).not.toBe('complete');
});

/** Stands between a client and the server, and cuts their connections, as networks do. */
async function openCutter(): Promise<{ url: string; cut(): void; server: Server }> {
  const port = Number(new URL(server.url).port);
  const open = new Set<Socket>();
  const cutter = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => cutter.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(cutter.address() as AddressInfo).port}/graphql`,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
    server: cutter,
  };
}

test('a plain EventSource misses nothing across lost connections (W8)', { timeout: 60_000 }, async () => {
  const cutter = await openCutter();
  // The recipe: from the position of a query on. Until the first event a reconnect begins there again.
  const variables = encodeURIComponent(JSON.stringify({ after: await cursorNow() }));
  const source = new EventSource(`${cutter.url}?query=${encodeURIComponent(query)}&variables=${variables}`);
  const summaries: string[] = [];
  source.addEventListener('next', ({ data }) => summaries.push(JSON.parse(data).data.ledgerEvents.summary));
  const expected: string[] = [];
  await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
  await expect.poll(() => server.live.feed.watchers).toBe(1);
  for (let round = 0; round < 3; round += 1) {
    cutter.cut();
    for (let each = 0; each < 5; each += 1) {
      const summary = `round ${round}, event ${each}`;
      expected.push(summary);
      await add(summary);
    }
    await expect.poll(() => summaries, { timeout: 15_000 }).toEqual(expected);
  }
  source.close();
  cutter.cut();
  await new Promise((resolve) => cutter.server.close(resolve));
});
