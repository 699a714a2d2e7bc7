/** What an operation is charged, and what becomes of its work when nobody waits for it. */
import { request as httpRequest } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveOptions, type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

let ledger: TestDatabase;
let server: LiveServer;

beforeAll(async () => {
  ledger = await openTestDatabase();
  await fillSmallLedger(ledger.db);
});
afterEach(() => server[Symbol.asyncDispose]());
afterAll(() => ledger.close());

async function start(options: LiveOptions): Promise<void> {
  server = await openLiveServer(ledger, options);
}

async function ask(query: string): Promise<{ status: number; left: number; retryAfter: string | null; text: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const left = Number(response.headers.get('ratelimit-remaining'));
  return {
    status: response.status,
    left,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  };
}

const small = '{ ledger { revision } }';
const large = '{ agencies(first: 100) { nodes { name agreements(first: 50) { nodes { signedOn } } } } }';

test('asking costs a point, and what costs more is charged more before it runs', async () => {
  await start({ pointsPerMinute: 1_000 });
  expect((await ask(small)).left).toBe(999);
  const charged = 999 - (await ask(large)).left;
  // Some 5,000 objects at worst, at a hundred units a point.
  expect(charged).toBeGreaterThan(45);
  expect(charged).toBeLessThan(100);
});

test('who has not enough left is refused before anything runs, and told how long to wait', async () => {
  await start({ pointsPerMinute: 20 });
  const under = ledger.statements.all.length;
  const { status, retryAfter, text } = await ask(large);
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([429, 'RATE_LIMITED']);
  expect(Number(retryAfter)).toBeGreaterThan(0);
  expect(ledger.statements.all.slice(under).filter(({ sql }) => sql.includes('agreements'))).toEqual([]);
});

test('more operations than an address may run wait their turn, and all are answered', async () => {
  await start({});
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(small)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test('large operations of one address are refused while others of its wait, and say whose they are', async () => {
  await start({});
  const asked: ReturnType<typeof ask>[] = [];
  const answered: Awaited<ReturnType<typeof ask>>[] = [];
  await ledger.db.transaction(async (tx) => {
    // Without it, fast answers may leave room for each of them.
    await tx.execute(sql`lock table agencies in access exclusive mode`);
    asked.push(...Array.from({ length: 30 }, () => ask(large)));
    for (const answer of asked) void answer.then((given) => answered.push(given));
    await expect.poll(() => answered.find(({ status }) => status === 429)?.text).toContain('of this address');
  });
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
});

test('a client that leaves takes its work along', async () => {
  await start({});
  const many = `{ ${Array.from({ length: 15 }, (_, n) => `a${n}: search(text: "sheriff ${n}", first: 20) { __typename }`).join(' ')} }`;
  const under = ledger.statements.all.length;
  await new Promise<void>((resolve) => {
    const body = JSON.stringify({ query: many });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest(server.url, { method: 'POST', headers });
    request.once('error', () => resolve());
    request.end(body);
    const look = setInterval(() => {
      if (ledger.statements.all.length === under) return;
      clearInterval(look);
      request.destroy(new Error('gone'));
    }, 1);
  });
  await expect.poll(() => server.admission.underWay).toBe(0);
  const sent = ledger.statements.all.slice(under).filter(({ params }) => String(params).includes('sheriff'));
  expect(sent.length).toBeLessThan(15);
});
