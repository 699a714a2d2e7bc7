/**
 * Brings a database to this build's tables and sees that the ledger's one row exists. Any number of processes may
 * start at once, older ones may be at work, a pooler may stand between, and the role may be one that cannot create
 * anything: where nothing is to be done, nothing is asked for but reading. Raising the rules version of a ledger that
 * has one is not done here, since it needs a replay.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { getTableName, sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { ledger } from '../../schema/tables/ledger.ts';
import { migrationsFolder } from '../package-root.ts';
import type { Database, OpenDatabase, Transaction } from './database.ts';
import { codeOf } from './error-cause.ts';
import { LedgerLost } from './folder/ledger-mark.ts';
import { selectRecords } from './records.ts';

/** "A287" in ASCII: the advisory lock under which schema changes happen. */
export const migrationLock = 0x41323837;

/**
 * A change of a table waits no longer than this for who works on it, since all others then wait behind it; it is tried
 * again, for so long altogether, until it gets a moment between.
 */
const LOCK_MILLISECONDS = 1_000;
const TRY_MILLISECONDS = 300_000;

export interface NewLedger {
  /** The rules of this build; taken only if the ledger is new. */
  rulesVersion: number;
  sample: boolean;
}

export interface LedgerIdentity {
  epoch: string;
  rulesVersion: number;
  sample: boolean;
}

/** The role may not change the tables, and this build needs other ones. */
export class TablesOutdated extends Error {
  override readonly name = 'TablesOutdated';
}

/**
 * Answers what the ledger says of itself afterwards, which may be older rules than the caller's. Without `created`
 * there must be one. Throws {@link TablesOutdated} and `LedgerLost`.
 */
export async function migrateDatabase(database: OpenDatabase, created: NewLedger | null): Promise<LedgerIdentity> {
  if ((await findPending(database.db, readMigrations())).length > 0) await applyMigrations(database);
  const known = await findIdentity(database.db);
  if (known !== undefined) return known;
  if (created === null) throw new LedgerLost('It has no row of its own.');
  await database.db
    .insert(ledger)
    .values({ id: 1, epoch: randomUUID(), lastSequence: 0n, revision: 0n, ...created })
    .onConflictDoNothing();
  return readLedgerIdentity(database.db);
}

/** Applies all migrations that the database has not, or none. Throws {@link TablesOutdated}. */
export async function applyMigrations(database: OpenDatabase, migrations = readMigrations()): Promise<void> {
  const endsAt = performance.now() + TRY_MILLISECONDS;
  for (;;) {
    try {
      return await database.changeTables(migrationLock, (tx) => applyPending(tx, migrations));
    } catch (error) {
      if (codeOf(error) === '42501') throw new TablesOutdated(describeMissingRight(error), { cause: error });
      const isBusy = ['55P03', '40P01'].includes(codeOf(error) ?? '');
      if (!isBusy || performance.now() > endsAt) throw error;
      await wait(LOCK_MILLISECONDS * (0.5 + Math.random()));
    }
  }
}

export const readMigrations = (): MigrationMeta[] => readMigrationFiles({ migrationsFolder: migrationsFolder() });

async function applyPending(tx: Transaction, migrations: readonly MigrationMeta[]): Promise<void> {
  const pending = await findPending(tx, migrations);
  if (pending.length === 0) return;
  await tx.execute(sql.raw(`set local lock_timeout = ${LOCK_MILLISECONDS}`));
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  for (const { sql: statements, hash, folderMillis } of pending) {
    for (const statement of statements) await tx.execute(sql.raw(statement));
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
    );
  }
}

/** As drizzle's own migrator judges, whose table this is: what is younger than the youngest that was applied. */
async function findPending(db: Database, migrations: readonly MigrationMeta[]): Promise<readonly MigrationMeta[]> {
  const [found] = await selectRecords<{ there: boolean }>(
    db,
    sql`select exists (select from pg_tables where schemaname = 'drizzle' and tablename = '__drizzle_migrations') as there`,
  );
  if (found?.there !== true) return migrations;
  const [applied] = await selectRecords<{ last: number | null }>(
    db,
    sql`select max(created_at) as last from drizzle.__drizzle_migrations`,
  );
  return migrations.filter(({ folderMillis }) => folderMillis > Number(applied?.last ?? 0));
}

/** Whether the tables of a ledger are there, of whatever build; those of another program may have such names too. */
export async function hasLedger(db: Database): Promise<boolean> {
  const [found] = await selectRecords<{ there: boolean }>(
    db,
    sql`select exists (select from pg_attribute
      where attrelid = to_regclass(${getTableName(ledger)}) and attname = ${ledger.epoch.name}) as there`,
  );
  return found?.there === true;
}

function describeMissingRight(error: unknown): string {
  const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return (
    `The tables are older than this build, and this role may not change them (${why}). ` +
    'Run "accord287 migrate" once with a DATABASE_URL of the role that owns the tables.'
  );
}

async function findIdentity(db: Database): Promise<LedgerIdentity | undefined> {
  const [row] = await db
    .select({ epoch: ledger.epoch, rulesVersion: ledger.rulesVersion, sample: ledger.sample })
    .from(ledger);
  return row;
}

export async function readLedgerIdentity(db: Database): Promise<LedgerIdentity> {
  const row = await findIdentity(db);
  if (row === undefined) throw new Error('The ledger has no row of its own: run `accord287 migrate`.');
  return row;
}
