import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestEmbedded, readValue, type TestEmbedded } from '../../support/databases/embedded.ts';

/** Runs long enough to be met in the middle. */
const slowStatement = 'select count(*)::int from generate_series(1, 2000) a, generate_series(1, 1000) b';

let database: TestEmbedded;
beforeAll(async () => {
  database = await openTestEmbedded({ statementMilliseconds: 60_000 });
  await database.client.query('create table started (id int)');
});
afterAll(() => database[Symbol.asyncDispose]());

test('never starts a statement that was aborted while it waited', async () => {
  const aborting = new AbortController();
  // The thread has been sent as many as it may be.
  const running = Promise.all([slowStatement, 'select 1'].map((text) => database.client.query(text)));
  const waiting = database.client.query('insert into started values (1)', [], { signal: aborting.signal });
  aborting.abort(new Error('the deadline has passed'));
  await expect(waiting).rejects.toThrow('the deadline has passed');
  const late = database.client.query('insert into started values (2)', [], { signal: aborting.signal });
  await expect(late).rejects.toThrow('the deadline has passed');
  await running;
  expect(await readValue(database.client, 'select count(*)::int from started')).toBe(0);
});

test('lets go at once of a statement that runs, and the next one waits for its end', async () => {
  const aborting = new AbortController();
  const order: string[] = [];
  const running = database.client
    .query(slowStatement, [], { signal: aborting.signal })
    .catch((error: unknown) => order.push(String(error)));
  const next = database.client.query('select 1').then(() => order.push('next'));
  // One turn: by then the statement is with the thread.
  await new Promise((resolve) => setImmediate(resolve));
  aborting.abort(new Error('gone'));
  await running;
  expect(order).toEqual(['Error: gone']);
  await next;
  expect(order).toEqual(['Error: gone', 'next']);
  expect(database.threads.length).toBe(1);
});

test('leaves no listener on a signal that lives long', async () => {
  const aborting = new AbortController();
  const { signal } = aborting;
  await Promise.all(Array.from({ length: 20 }, () => database.client.query('select 1', [], { signal })));
  await Promise.allSettled(
    Array.from({ length: 20 }, () => database.client.query('select no_such_column', [], { signal })),
  );
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const running = [slowStatement, 'select 1'].map((text) => database.client.query(text, [], { signal }));
  aborting.abort();
  await Promise.allSettled(running);
  await database.client.query('select 1');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
