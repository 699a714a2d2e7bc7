/** What happens to the statements of an operation that has ended, or is about to. */
import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import type { StatementLimits } from '../../../src/database/statements/statement-limits.ts';
import { createStatements } from '../../../src/queries/keyset/statement.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';

const limitsOf = (signal: AbortSignal, milliseconds: number): StatementLimits => ({
  ...{ signal, urgent: false, atOnce: 3, used: { milliseconds: 0 } },
  deadlineAt: performance.now() + milliseconds,
});
const draftOf = (query: ReturnType<typeof sql>) => () => ({ query, read: ([cell]: readonly unknown[]) => cell });

test('an operation that has ended sends no statement, not even those that wait for their turn', async () => {
  await using database = await openTestDatabase();
  const ended = new AbortController();
  const { run } = createStatements(database).within(limitsOf(ended.signal, 5_000));
  const under = database.statements.all.length;
  const asked = Promise.allSettled(
    Array.from({ length: 40 }, (_, index) =>
      run(`number ${index}`, draftOf(sql`select ${sql.placeholder('n')}::int`), { n: index }),
    ),
  );
  ended.abort(new Error('ended'));
  const results = await asked;
  const sent = database.statements.all.length - under;
  expect(sent).toBeLessThanOrEqual(3);
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(40 - sent);
  await expect(run('one more', draftOf(sql`select 1`), {})).rejects.toThrow('ended');
  expect(database.statements.all.length - under).toBe(sent);
});

test('a statement that begins late ends with its operation, on a server', async ({ skip }) => {
  await using database = await openTestDatabase();
  skip(database.kind !== 'postgres', 'An embedded database has no limit for a statement but the general one.');
  const slow = database.prepare(new PgDialect().sqlToQuery(sql`select pg_sleep(10)`), false);
  const startedAt = performance.now();
  const late = slow({}, limitsOf(new AbortController().signal, 300));
  await expect(late).rejects.toMatchObject({ code: '57014' });
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  // The connection goes back with the session's own limit.
  const shown = database.prepare(new PgDialect().sqlToQuery(sql`show statement_timeout`), false);
  const limits = await Promise.all(Array.from({ length: 10 }, () => shown({}, null)));
  expect(new Set(limits.flat(2))).toEqual(new Set(['3s']));
});
