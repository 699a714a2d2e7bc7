import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { openTestEmbedded, type TestEmbedded } from '../../support/databases/embedded.ts';

let made: TestEmbedded;
let database: OpenDatabase;
beforeAll(async () => {
  made = await openTestEmbedded();
  await made.close();
  database = await openDatabase({ kind: 'pglite', directory: made.directory });
});
afterAll(async () => {
  await database.close();
  await made[Symbol.asyncDispose]();
});

test('keeps the event loop free while a statement runs: health answers, and others wait their turn', async () => {
  const order: string[] = [];
  let longest = 0;
  let seen = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - seen);
    seen = performance.now();
  }, 5);
  const start = performance.now();
  // In a transaction, so that a busy machine does not take it for endless.
  const slow = database.db.transaction(async (tx) => {
    await tx.execute(sql`select count(*) from generate_series(1, 5000) a, generate_series(1, 5000) b`);
    order.push('slow');
  });
  const others = [1, 2, 3].map(async (number) => {
    await database.db.execute(sql`select ${number}::int`);
    order.push(`other ${number}`);
  });
  const pings: number[] = [];
  while (!order.includes('slow')) {
    const asked = performance.now();
    await database.ping();
    pings.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await slow;
  const took = performance.now() - start;
  clearInterval(beat);
  await Promise.all(others);
  expect(order).toEqual(['slow', 'other 1', 'other 2', 'other 3']);
  expect(took).toBeGreaterThan(1_000);
  expect(longest).toBeLessThan(took / 3);
  expect(Math.max(...pings)).toBeLessThan(took / 3);
  expect(pings.length).toBeGreaterThan(5);
});
