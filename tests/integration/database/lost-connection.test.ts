/** A connection that the server ends while a transaction holds it. */
import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { openTestDatabase } from '../../support/databases/test-database.ts';

const onServer = inject('template').kind === 'postgres';

test.skipIf(!onServer)('a transaction whose connection was ended is refused, and the process goes on', async () => {
  await using database = await openTestDatabase();
  const ended = database.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`).catch(() => {});
    // What is asked next finds no connection under it.
    await tx.execute(sql`select 1`);
  });
  await expect(ended).rejects.toThrow();
  const after = await Promise.all(Array.from({ length: 10 }, () => database.db.execute(sql`select 1`)));
  expect(after).toHaveLength(10);
  await database.db.transaction((tx) => tx.execute(sql`select 1`));
});
