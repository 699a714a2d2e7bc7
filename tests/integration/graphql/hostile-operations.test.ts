/**
 * Whatever valid operation is asked with whatever values, by anybody or with a key of each role: nothing is a fault of
 * the server, no value reaches SQL that it does not take, and nobody but operators sees what is held.
 */
import { parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyRing } from '../../../src/graphql/access/key-ring.ts';
import { errorCodes } from '../../../src/graphql/execution/errors.ts';
import { schema } from '../../../src/graphql/schema/schema.ts';
import { createOperations, createOperationsOf } from '../../../src/operations/create-operations.ts';
import { serverErrors } from '../../support/databases/server-errors.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { ingest } from '../../support/ledgers/ledger.ts';
import { isLong, runs } from '../../support/run/long-tests.ts';
import { bearer, makeKey, openKeys } from '../../support/servers/keys.ts';
import { randomOperation } from '../../support/servers/random-query.ts';
import { type Api, openApi } from './api.ts';

const OPERATIONS = runs(300, 10_000);

let database: TestDatabase;
let keys: KeyRing;
let api: Api;
const faults: unknown[] = [];
const callers: { role: string; headers: Record<string, string> }[] = [{ role: 'anybody', headers: {} }];
let ids: string[] = [];
let slugs: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const police = (...letters: string[]) => letters.map((letter) => ({ agency: `${letter.repeat(7)} Police` }));
  await ingest(db, { on: '2025-03-01', rows: police('a', 'b', 'c', 'd', 'e') });
  await ingest(db, { on: '2025-03-02', rows: [...police('a', 'b', 'c', 'd'), { agency: 'eeeeeef Police' }] });
  await ingest(db, { on: '2025-03-03', rows: police('a', 'b', 'c'), kind: 'PENDING' });
  const held = await ingest(db, { on: '2005-03-01', rows: [{ agency: 'Verboten Police', signed: '2005-02-01' }] });
  expect(held.status).toBe('HELD');
  for (const role of ['READ', 'INGEST', 'ADMIN'] as const)
    callers.push({ role, headers: bearer(await makeKey(database, role)) });
  keys = await openKeys(database);
  const log = { error: (fields: unknown) => faults.push(fields), warn: (fields: unknown) => faults.push(fields) };
  api = await openApi(database, { keys, operationsOf: createOperationsOf(database), log });
  await learn();
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await keys.close();
  await database[Symbol.asyncDispose]();
});

/** Ids and slugs that exist, but for the held list, which is to stay held. */
async function learn(): Promise<void> {
  const operations = createOperations(database);
  const lists = await operations.lists(null, null);
  const [agencies, agreements] = [
    await api.ask('{ agencies(first: 20) { nodes { id slug } } }'),
    await api.ask('{ agreements(first: 20) { nodes { id } } ledgerEvents(first: 20) { nodes { id } } }'),
  ];
  const found = JSON.stringify([agencies.data, agreements.data]);
  ids = [
    ...lists
      .filter(({ status, publishedAt }) => status !== 'HELD' && !publishedAt.startsWith('2005'))
      .map(({ id }) => `snapshot_${id}`),
    ...(await operations.reviews(null)).map(({ id }) => `review_${id}`),
    ...(await operations.decisions()).slice(0, 10).map(({ id }) => `decision_${id}`),
    ...(await operations.audit(10, null)).map(({ id }) => `audit_${id}`),
    ...[...found.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? ''),
  ];
  slugs = [...found.matchAll(/"slug":"([^"]+)"/g)].map(([, slug]) => slug ?? '');
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const hostile = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff x',
    '\uffff',
    "'; drop table agencies; --",
    '%_\\',
    '$1',
    '{"a":1}',
    '{}',
  ],
  ...[
    'x'.repeat(3_000),
    '😀'.repeat(400),
    '\u202e\u200b',
    'NaN',
    '-0',
    '1e400',
    'null',
    '\\u0000',
    '"',
    '{\\',
    '(?=a*)*',
  ],
];
const days = [
  '2025-03-03',
  '2025-02-30',
  '0000-00-00',
  '0001-01-01',
  '9999-12-31',
  '99999-01-01',
  '-009999-01-01',
  'x',
];
const cursors = [
  base64(['agencies:NAME:asc', '\0', 'x']),
  base64(['review items', '2025-01-01', 'no uuid']),
  base64(['audit entries', '99999999999999999999999']),
  base64(['snapshots', null, null, null]),
  base64([]),
  Buffer.from('v1:00000000-0000-0000-0000-000000000000:99').toString('base64url'),
  '====',
];
const ints = [-2_147_483_648, -1, 0, 1, 2, 6, 100, 101, 2_147_483_647, 1e20, 0.5];

function value(type: string, argument: string, random: () => number): unknown {
  const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];
  if (type === 'Boolean') return random() < 0.5;
  if (type === 'Int') return argument === 'first' && random() < 0.7 ? 3 : pick(ints);
  if (type === 'Float') return pick([0, 0.2, -1, 1e308, 1e-320, 2_147_483_648]);
  if (type === 'Date' || type === 'DateTime') return random() < 0.4 ? '2025-03-03' : pick(days);
  if (random() < 0.3) return pick(hostile);
  if (argument === 'after' || argument === 'before' || type === 'EventCursor') return pick([...cursors, ...hostile]);
  if (type === 'ID') return pick(ids) ?? 'none';
  if (argument === 'publishedAt') return pick(days);
  if (argument === 'states' || argument === 'code' || argument === 'means')
    return pick(['TX', 'FL', 'task-force', 'tx']);
  if (['slug', 'survivor', 'merged'].includes(argument)) return pick(slugs) ?? 'none';
  return pick(['aaaaaaa Police', 'why not', 'Street Force', 'bbbbbbb', 'Texas']);
}

const allowed = new Set<unknown>(errorCodes.filter((code) => code !== 'INTERNAL' && code !== 'UNAVAILABLE'));

test('no valid operation is a fault, or shows what is held', { timeout: 3_600_000 }, async () => {
  // One that is our own: errors of this database are found where there is a log.
  await database.db.execute('select 1 / 0').catch(() => {});
  const logged = await serverErrors(database.config);
  if (logged !== null) expect(logged).toEqual([expect.stringMatching(/division by zero.*select 1 \/ 0/)]);
  let answered = 0;
  const outcomes = new Map<string, number>();
  for (let seed = 1; seed <= OPERATIONS; seed += 1) {
    if (seed % 100 === 0) {
      await learn();
      expect(await serverErrors(database.config), `seeds up to ${seed}`).toEqual(logged);
    }
    const caller = callers[seed % callers.length];
    if (caller === undefined) throw new Error('nobody asks');
    const kind = seed % 3 === 0 ? 'mutation' : 'query';
    const depth = kind === 'mutation' ? 3 : 6;
    const { query, variables } = randomOperation(seed, { schema, kind, depth, scalar: () => null, variable: value });
    const place = `seed ${seed} with ${caller.role}: ${query} ${JSON.stringify(variables)}`;
    expect(validate(schema, parse(query)), place).toEqual([]);
    const answer = await api.ask(query, variables, caller.headers);
    expect(answer.status, place).toBeLessThan(500);
    for (const { extensions, message } of answer.errors) {
      expect(allowed, `${place} ${message}`).toContain(extensions.code);
      outcomes.set(String(extensions.code), (outcomes.get(String(extensions.code)) ?? 0) + 1);
    }
    expect(faults, place).toEqual([]);
    if (caller.role !== 'ADMIN') expect(answer.text, place).not.toMatch(/verboten|the ADMIN/i);
    if (kind === 'mutation' && caller.role !== 'ADMIN')
      expect(
        Object.keys(answer.data ?? {}).filter((key) => key !== '__typename'),
        place,
      ).toEqual([]);
    if (answer.errors.length === 0) answered += 1;
  }
  // It is no test of refusals alone.
  const acts = await createOperations(database).audit(10_000, null);
  const done = acts.filter(({ refusal, actor }) => refusal === null && actor === 'the ADMIN');
  const told = JSON.stringify([...outcomes, acts.length, done.length]);
  if (isLong) process.stdout.write(`${told}\n`);
  expect(answered, told).toBeGreaterThan(OPERATIONS / 10);
  expect(acts.length, told).toBeGreaterThan(OPERATIONS / 30);
  expect(done.length, told).toBeGreaterThan(0);
  expect(await createOperations(database).lists('HELD', null)).toMatchObject([
    { publishedAt: expect.stringMatching(/^2005/) },
  ]);
});
