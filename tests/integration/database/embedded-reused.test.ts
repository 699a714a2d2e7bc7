/** The embedded databases that tests hand on to each other: nobody finds what another has left. */
import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { ingest, log } from '../../support/ledgers/ledger.ts';

const isEmbedded = inject('template').kind === 'pglite';

/** How much it has written since it was a clone, how many tables have rows, and what the ledger says of itself. */
async function describe({ db, ledger }: TestDatabase): Promise<{ written: number; filled: number; epoch: string }> {
  const [row] = await selectRecords<{ written: number; filled: number }>(
    db,
    sql`select (pg_current_wal_insert_lsn() - '0/0')::float8 as written,
      (select count(*) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        and pg_relation_size(oid) > 0)::int as filled`,
  );
  if (row === undefined) throw new Error('nothing was answered');
  return { ...row, epoch: ledger.epoch };
}

async function fill({ db }: TestDatabase): Promise<void> {
  await ingest(db, { on: '2025-05-11', rows: [{ agency: 'Bay Police' }, { agency: 'Lee Police' }] });
  expect(await log(db)).not.toEqual([]);
}

test.runIf(isEmbedded)('one is handed on as it was when it was new, under another epoch', async () => {
  const first = await openTestDatabase();
  const { filled } = await describe(first);
  await fill(first);
  const before = await describe(first);
  const events = (await log(first.db)).map(({ sequence }) => sequence);
  await first.db.execute(sql`create temporary table own as select 1`);
  await first.close();
  await expect(log(first.db)).rejects.toThrow();
  await using second = await openTestDatabase();
  const after = await describe(second);
  expect(after.written).toBeGreaterThan(before.written);
  expect(after.filled).toBe(filled);
  expect(after.epoch).not.toBe(before.epoch);
  await fill(second);
  expect((await log(second.db)).map(({ sequence }) => sequence)).toEqual(events);
});

test.runIf(isEmbedded)('one whose tables were changed, or that somebody else may open, is not', async () => {
  for (const change of [
    sql`create table own (id int)`,
    sql`alter table agencies disable trigger all`,
    sql`create function own() returns int language sql as 'select 1'`,
    sql`analyze agencies`,
    sql`alter table snapshots alter column file_name set default 'left'`,
    sql`grant select on agencies to public`,
    sql`create schema own`,
    sql`select lo_create(424242)`,
    sql`delete from drizzle.__drizzle_migrations where id = 1`,
    null,
  ]) {
    const first = await openTestDatabase();
    await fill(first);
    if (change === null) expect(first.config.kind).toBe('pglite');
    else await first.db.execute(change);
    const { written } = await describe(first);
    await first.close();
    await using second = await openTestDatabase();
    expect((await describe(second)).written).toBeLessThan(written);
  }
});
