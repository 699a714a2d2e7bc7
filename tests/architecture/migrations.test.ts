/** The migrations make exactly the tables that the code describes. */

import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { eq, getTableColumns, getTableName, isTable, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as agencies from '../../schema/tables/agencies.ts';
import * as agreements from '../../schema/tables/agreements.ts';
import * as alarms from '../../schema/tables/alarms.ts';
import * as audit from '../../schema/tables/audit.ts';
import * as backups from '../../schema/tables/backups.ts';
import * as counts from '../../schema/tables/counts.ts';
import * as decisions from '../../schema/tables/decisions.ts';
import * as events from '../../schema/tables/events.ts';
import * as follow from '../../schema/tables/follow.ts';
import * as keys from '../../schema/tables/keys.ts';
import * as ledger from '../../schema/tables/ledger.ts';
import * as originals from '../../schema/tables/originals.ts';
import * as populations from '../../schema/tables/populations.ts';
import * as reviews from '../../schema/tables/reviews.ts';
import * as snapshots from '../../schema/tables/snapshots.ts';
import { packageRoot } from '../../src/package-root.ts';
import { fillSmallLedger } from '../integration/graphql/small-ledger.ts';
import { openTestDatabase } from '../support/databases/test-database.ts';

const run = promisify(execFile);

test('drizzle-kit finds nothing left to generate', async () => {
  const root = packageRoot();
  // drizzle-kit takes only paths below where it runs.
  const folder = await mkdtemp(join(root, 'node_modules/.migrations-'));
  try {
    await cp(join(root, 'schema/migrations'), folder, { recursive: true });
    const before = await readdir(folder);
    const kit = join(root, 'node_modules/drizzle-kit/bin.cjs');
    const { stdout } = await run(
      process.execPath,
      [kit, 'generate', '--dialect', 'postgresql', '--schema', './schema/tables/*.ts', '--out', relative(root, folder)],
      { cwd: root },
    );
    expect(await readdir(folder)).toEqual(before);
    expect(stdout).toContain('No schema changes');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a ledger from before the counts were kept has them filled', async () => {
  await using database = await openTestDatabase();
  await fillSmallLedger(database.db);
  const read = async (): Promise<unknown> => [
    await database.db.select().from(counts.standingCounts).orderBy(sql`1, 2, 3`),
    await database.db.select().from(counts.standingChanges).orderBy(sql`1, 2, 3, 4, 5, 6`),
  ];
  const kept = await read();
  await database.db.delete(counts.standingCounts);
  await database.db.delete(counts.standingChanges);
  const migration = await readFile(join(packageRoot(), 'schema/migrations/0001_kept_counts.sql'), 'utf8');
  const fills = migration.split('--> statement-breakpoint').filter((statement) => statement.includes('INSERT INTO'));
  for (const statement of fills) await database.db.execute(sql.raw(statement));
  expect(fills).toHaveLength(2);
  expect(await read()).toEqual(kept);
});

test('the word on a held list from before decisions were kept becomes one', async () => {
  await using database = await openTestDatabase();
  await fillSmallLedger(database.db);
  const [list] = await database.db.select().from(snapshots.snapshots).where(eq(snapshots.snapshots.status, 'HELD'));
  if (!list) throw new Error('no list is held');
  const verdict = { decidedAt: new Date('2025-04-01T00:00:00Z'), decidedReason: 'checked' };
  await database.db
    .update(snapshots.snapshots)
    .set({ ...verdict, status: 'ACCEPTED' })
    .where(eq(snapshots.snapshots.number, list.number));
  const migration = await readFile(join(packageRoot(), 'schema/migrations/0007_decisions.sql'), 'utf8');
  const fills = migration.split('--> statement-breakpoint').filter((statement) => statement.includes('INSERT INTO'));
  expect(fills).toHaveLength(1);
  for (const statement of fills) await database.db.execute(sql.raw(statement));
  expect(await database.db.select().from(decisions.decisions)).toMatchObject([
    { kind: 'RELEASE', snapshotNumber: list.number, reason: 'checked', decidedAt: verdict.decidedAt, revokedAt: null },
  ]);
});

test('events from before they were chained get the hashes that new ones have', async () => {
  await using database = await openTestDatabase();
  await fillSmallLedger(database.db);
  const read = () =>
    database.db
      .select({ hash: events.ledgerEvents.hash })
      .from(events.ledgerEvents)
      .orderBy(events.ledgerEvents.sequence);
  const chained = await read();
  expect(new Set(chained.map(({ hash }) => hash)).size).toBe(chained.length);
  await database.db.update(events.ledgerEvents).set({ hash: '00000000-0000-0000-0000-000000000000' });
  const migration = await readFile(join(packageRoot(), 'schema/migrations/0011_event_hashes.sql'), 'utf8');
  const fills = migration.split('--> statement-breakpoint').filter((statement) => statement.includes('UPDATE'));
  expect(fills).toHaveLength(1);
  for (const statement of fills) await database.db.execute(sql.raw(statement));
  expect(await read()).toEqual(chained);
});

test('every table can be read with every column it describes', async () => {
  await using database = await openTestDatabase();
  const families: Record<string, unknown>[] = [
    agencies,
    agreements,
    alarms,
    audit,
    backups,
    counts,
    decisions,
    events,
    follow,
    keys,
    ledger,
    originals,
    populations,
    reviews,
    snapshots,
  ];
  // Exports that drizzle calls a table were made by pgTable.
  const tables = families.flatMap((family) => Object.values(family).filter(isTable)) as PgTable[];
  for (const table of tables) {
    const columns = getTableColumns(table);
    expect(Object.keys(columns).length, getTableName(table)).toBeGreaterThan(0);
    await database.db.select(columns).from(table).limit(0);
  }
});
