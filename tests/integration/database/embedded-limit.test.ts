import { afterAll, beforeAll, expect, test } from 'vitest';
import { isUnavailable, toPublicError } from '../../../src/graphql/execution/errors.ts';
import { endlessStatement, openTestEmbedded, readValue, type TestEmbedded } from '../../support/databases/embedded.ts';

const LIMIT_MILLISECONDS = 300;
/** Longer than the limit, and it ends. */
const longStatement = 'select count(*) from generate_series(1, 4000) a, generate_series(1, 2000) b';

let database: TestEmbedded;
beforeAll(async () => {
  database = await openTestEmbedded({ statementMilliseconds: LIMIT_MILLISECONDS });
  await database.client.query('create table written (id int primary key)');
});
afterAll(() => database[Symbol.asyncDispose]());

const failureOf = (running: Promise<unknown>): Promise<unknown> => running.catch((error: unknown) => error);
const codeOf = (error: unknown): unknown => toPublicError(error, undefined).extensions.code;

test('ends a statement at the limit and refuses those who wait, and transactions wait until it is open again', async () => {
  const before = database.threads.length;
  const late = failureOf(database.client.query(endlessStatement));
  const waiting = failureOf(database.client.query('select 1'));
  const written = database.client.transaction((tx) => tx.query('insert into written values (1)'));
  const unlimited = readValue(database.unlimited, 'select 7');
  expect(codeOf(await late)).toBe('TIMEOUT');
  expect(isUnavailable(await late)).toBe(false);
  expect(codeOf(await waiting)).toBe('UNAVAILABLE');
  const coming = await failureOf(database.client.query('select 1'));
  expect(codeOf(coming)).toBe('UNAVAILABLE');
  expect(String(coming)).toContain(`opened again. A statement took longer than ${LIMIT_MILLISECONDS} ms`);
  await written;
  expect(await unlimited).toBe(7);
  expect(await readValue(database.client, 'select count(*)::int from written where id = 1')).toBe(1);
  expect(database.threads.length).toBe(before + 1);
});

test('starts the clock when a statement starts, not when it comes', async () => {
  const threads = database.threads.length;
  const busy = database.client.transaction((tx) => tx.query(longStatement));
  const behind = readValue(database.client, 'select 2');
  await busy;
  expect(await behind).toBe(2);
  expect(database.threads.length).toBe(threads);
});

test('starts the clock of a statement that was sent behind another when that one has ended', async () => {
  const threads = database.threads.length;
  const long = `select pg_sleep(${(LIMIT_MILLISECONDS * 0.7) / 1000})`;
  const startedAt = performance.now();
  await Promise.all([database.client.query(long), database.client.query(long)]);
  expect(performance.now() - startedAt).toBeGreaterThan(LIMIT_MILLISECONDS);
  expect(database.threads.length).toBe(threads);
});

test('lets transactions and migrations take their time, and says that it is well meanwhile', async () => {
  const threads = database.threads.length;
  for (const run of [
    () => database.client.transaction((tx) => tx.query(longStatement)),
    () => database.unlimited.query(longStatement),
  ]) {
    const start = performance.now();
    const running = run();
    database.check();
    await running;
    expect(performance.now() - start).toBeGreaterThan(LIMIT_MILLISECONDS);
  }
  expect(database.threads.length).toBe(threads);
});

test('opens again with the same settings and listeners, who are woken once for what they may have missed', async () => {
  let wakeUps = 0;
  const stop = await database.listen('accord287_test', () => {
    wakeUps += 1;
  });
  await failureOf(database.client.query(endlessStatement));
  await database.unlimited.query('select 1');
  await expect.poll(() => wakeUps).toBe(1);
  expect(await readValue(database.client, 'show pg_trgm.word_similarity_threshold')).toBe('0.45');
  await database.client.query(`select pg_notify('accord287_test', '')`);
  await expect.poll(() => wakeUps).toBe(2);
  await stop();
  await database.client.query(`select pg_notify('accord287_test', '')`);
  await database.client.query('select 1');
  expect(wakeUps).toBe(2);
});
