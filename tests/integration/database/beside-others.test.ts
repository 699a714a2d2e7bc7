/** Tables are changed beside instances that are at work, and not at all by a role that may not. */
import { sql } from 'drizzle-orm';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { applyMigrations, migrateDatabase, readMigrations, TablesOutdated } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { openLedger } from '../../../src/database/open-ledger.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { administer, databaseUrl } from '../../support/run/global-setup.ts';

const template = inject('template');
const later = {
  ...{ sql: ['alter table ledger_events add column later integer'], folderMillis: 9_000_000_000_000 },
  ...{ hash: 'later', bps: true },
};

async function openAgain(url: string): Promise<OpenDatabase> {
  const database = await openDatabase({ kind: 'postgres', url });
  onTestFinished(database.close);
  return database;
}

/** By the owner of the tables, past a pooler. */
function urlOf({ config }: TestDatabase): string {
  if (config.kind !== 'postgres' || template.kind !== 'postgres') throw new Error('embedded');
  return databaseUrl(template.adminUrl, new URL(config.url).pathname.slice(1));
}

describe.runIf(template.kind === 'postgres')('on a PostgreSQL server', () => {
  test('a role that can create nothing opens a ledger with the tables of its build, and no older one', async () => {
    await using ledger = await openTestDatabase();
    const role = `reader_${Math.random().toString(36).slice(2)}`;
    const grants = `create role ${role} login; revoke create on schema public from public;
      grant usage on schema public, drizzle to ${role}; grant select on all tables in schema public to ${role};
      grant select on drizzle.__drizzle_migrations to ${role}`;
    await administer(urlOf(ledger), (admin) => admin.unsafe(grants));
    onTestFinished(() =>
      administer(urlOf(ledger), (admin) => admin.unsafe(`drop owned by ${role}; drop role ${role}`)).then(
        () => {},
        () => {},
      ),
    );
    const reader = await openAgain(urlOf(ledger).replace(/\/\/[^@]*@/, `//${role}@`));
    expect(await migrateDatabase(reader, { rulesVersion: 1, sample: false })).toEqual(ledger.ledger);
    const change = applyMigrations(reader, [...readMigrations(), later]);
    await expect(change).rejects.toThrow(TablesOutdated);
    await expect(change).rejects.toThrow('"accord287 migrate"');
  });

  test('a change of tables waits for a long ingest, and queries do not wait behind it', {
    timeout: 120_000,
  }, async () => {
    await using ledger = await openTestDatabase();
    const agencyId = await putAgency(ledger.db, 'Older Police');
    const [older, newer] = [await openAgain(urlOf(ledger)), await openAgain(urlOf(ledger))];
    let commit = (): void => {};
    const told = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const ingest = older.db.transaction(async (tx) => {
      await tx.execute(sql`lock table ledger_events in row exclusive mode`);
      await told;
    });
    const changing = applyMigrations(newer, [...readMigrations(), later]);
    const endsAt = performance.now() + 4_000;
    while (performance.now() < endsAt) await selectRecords(older.db, sql`select id from ledger_events`);
    commit();
    await ingest;
    await changing;
    // The older program goes on, and breaks no chain.
    await logEvents(older.db, [{ agencyId }, { agencyId }]);
    const rows = await selectRecords<{ later: null; hash: string }>(
      older.db,
      sql`select later, hash from ledger_events`,
    );
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(2);
    expect(rows[0]?.later).toBeNull();
  });

  test.runIf(process.env.TEST_SERVER === 'pooled')('a pooler that nobody told of is named', async () => {
    await using ledger = await openTestDatabase();
    if (ledger.config.kind !== 'postgres') throw new Error('embedded');
    const { url } = ledger.config;
    await expect(openLedger({ url, sample: false }, 1)).rejects.toThrow('POOLER=true');
    await (await openLedger({ url, sample: false, pooled: true }, 1)).close();
  });
});
