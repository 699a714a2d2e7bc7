/** Which statements an embedded database keeps prepared, and that they never are many. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestEmbedded, type TestEmbedded } from '../../support/databases/embedded.ts';

let embedded: TestEmbedded;
beforeAll(async () => {
  embedded = await openTestEmbedded();
});
beforeEach(async () => {
  await embedded.unlimited.query('drop table if exists numbers');
  await embedded.unlimited.query('create table numbers (one integer primary key, several integer[])');
  // Forgets what the test before left.
  await embedded.learnTypes();
});
afterAll(() => embedded[Symbol.asyncDispose]());

const inTransaction = (...statements: [text: string, params?: unknown[]][]) =>
  embedded.client.transaction(async (tx) => {
    const found: unknown[] = [];
    for (const [text, params] of statements) found.push((await tx.query(text, params)).rows);
    return found;
  });

/** What the database has, asked outside of transactions, where nothing is kept unless asked for. */
async function keptTexts(): Promise<string[]> {
  const { rows } = await embedded.client.query('select statement from pg_prepared_statements order by prepare_time');
  // The column is a text.
  return (rows as { statement: string }[]).map(({ statement }) => statement);
}

const one = 'select one from numbers where one = $1';

test('keeps a statement that comes again in transactions, and no other', async () => {
  await inTransaction([one, [1]], ['select 1']);
  expect(await keptTexts()).toEqual([]);
  await inTransaction([one, [2]]);
  expect(await keptTexts()).toEqual([one]);
  await embedded.client.query('select 2');
  await embedded.client.query('select 2');
  expect(await keptTexts()).toEqual([one]);
});

test('answers the same by a kept statement, with values of every kind', async () => {
  const add = 'insert into numbers values ($1, $2) returning one, several';
  const added = await inTransaction([add, [1, [1, 2]]], [add, [2, null]], [add, [3, []]], [add, ['4', [4]]]);
  expect(added.flat()).toEqual([
    { one: 1, several: [1, 2] },
    { one: 2, several: null },
    { one: 3, several: [] },
    { one: 4, several: [4] },
  ]);
  expect(await keptTexts()).toEqual([add]);
});

test('keeps no statement that fails, however often', async () => {
  for (let times = 0; times < 5; times += 1) {
    await expect(inTransaction(['select 1 / $1::integer', [0]])).rejects.toThrow('division by zero');
  }
  await expect(inTransaction(['select nothing'])).rejects.toThrow('does not exist');
  // What is to be closed goes with the next statement.
  await inTransaction(['select 1']);
  expect(await keptTexts()).toEqual([]);
});

test('keeps one of those that are sent at a time', async () => {
  await embedded.client.transaction((tx) => Promise.all(Array.from({ length: 5 }, (_, n) => tx.query(one, [n]))));
  await inTransaction(['select 1']);
  expect(await keptTexts()).toEqual([one]);
});

test('keeps a few hundred at most, and those anew', async () => {
  for (let number = 0; number < 700; number += 1) {
    const text = `select ${number}`;
    await inTransaction([text], [text]);
  }
  expect((await keptTexts()).length).toBeLessThanOrEqual(301);
  await inTransaction([one, [1]], [one, [2]]);
  expect(await keptTexts()).toContain(one);
});

test('plans anew once tables have changed', async () => {
  const all = 'select * from numbers';
  await inTransaction(['insert into numbers values (1, null)'], [all], [all]);
  await embedded.unlimited.query('alter table numbers add column other integer');
  await embedded.learnTypes();
  expect(await inTransaction([all])).toEqual([[{ one: 1, several: null, other: null }]]);
});
