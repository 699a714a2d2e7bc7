import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ledger } from '../../../schema/tables/ledger.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../../src/database/database.ts';
import { migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { createQueries } from '../../../src/queries/queries.ts';
import { putSnapshot } from '../../support/databases/builders.ts';
import { cloneTemplate, openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';

const template = inject('template');
/** Through a pooler nobody can listen. */
const isPooled = template.kind === 'postgres' && template.client.pooled;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase({ rulesVersion: 3 });
});
afterAll(() => database.close());

test('gives a new ledger an epoch, the given rules version and empty counters', async () => {
  const [row] = await database.db.select().from(ledger);
  expect(row).toMatchObject({ id: 1, lastSequence: 0n, revision: 0n, rulesVersion: 3, sample: false });
  expect(row?.epoch).toBe(database.ledger.epoch);
});

test('keeps epoch and rules version of a ledger that exists already', async () => {
  const again = await migrateDatabase(database, { rulesVersion: 9, sample: true });
  expect(again).toEqual(database.ledger);
});

test('undoes everything when the work of a transaction throws', async () => {
  const work = inTransaction(database.db, async (tx) => {
    await tx.update(ledger).set({ revision: 7n }).where(eq(ledger.id, 1));
    throw new Error('half-way');
  });
  await expect(work).rejects.toThrow('half-way');
  const [row] = await database.db.select({ revision: ledger.revision }).from(ledger);
  expect(row?.revision).toBe(0n);
});

test('writes JSON as JSON inside a transaction and outside', async () => {
  const { number } = await putSnapshot(database.db, '2026-02-02T14:00:00Z');
  const typeAfter = async (write: (db: Database) => Promise<unknown>): Promise<unknown> => {
    await write(database.db);
    const [row] = await database.db.select({ type: sql`jsonb_typeof(${snapshots.holdReasons})` }).from(snapshots);
    return row?.type;
  };
  const update = (db: Database) => db.update(snapshots).set({ holdReasons: [] }).where(eq(snapshots.number, number));
  expect(await typeAfter(update)).toBe('array');
  expect(await typeAfter((db) => inTransaction(db, update))).toBe('array');
});

test('reads arrays of texts as they were written, whatever stands in them', async () => {
  const columns = ['STATE', '', 'a, b', 'say "no"', 'back\\slash', '{}', 'NULL', ' two\nlines '];
  const { number } = await putSnapshot(database.db, '2026-02-03T14:00:00Z', { columns });
  const { columns: column } = snapshots;
  const [row] = await database.db.select({ column }).from(snapshots).where(eq(snapshots.number, number));
  expect(row?.column).toEqual(columns);
  const [found] = await createQueries(database).snapshotsByNumber([number]);
  expect(found?.columns).toEqual(columns);
});

test.skipIf(isPooled)('wakes a listener by an empty notification', async () => {
  let heard: () => void = () => {};
  const notified = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const unlisten = await database.listen('accord287_test', heard);
  await database.db.execute(sql`notify accord287_test`);
  await notified;
  await unlisten();
});

test('records the statements of one piece of work', async () => {
  const statements = await database.statements.during(() => database.db.select({ id: ledger.id }).from(ledger));
  expect(statements).toEqual(['select "id" from "ledger"']);
});

// The embedded database has one owner, so only a server can meet this.
if (template.kind === 'postgres') {
  test.skipIf(process.env.TEST_SERVER === 'restricted')(
    'migrates once when several processes start at once on a server',
    async () => {
      const clone = await cloneTemplate();
      const starts = await Promise.all([1, 2, 3].map(() => openDatabase(clone.config)));
      const first = starts[0];
      await first?.db.execute(sql`drop schema public cascade`);
      await first?.db.execute(sql`drop schema drizzle cascade`);
      await first?.db.execute(sql`create schema public`);
      const identities = await Promise.all(
        starts.map((start) => migrateDatabase(start, { rulesVersion: 1, sample: false })),
      );
      expect(new Set(identities.map((identity) => identity.epoch)).size).toBe(1);
      await Promise.all(starts.map((start) => start.close()));
      await clone.remove();
    },
  );
}
