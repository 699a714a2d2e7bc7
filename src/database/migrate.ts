/**
 * Brings a database to this build's tables and sees that the ledger's one row exists. Any number of processes may
 * start at once: drizzle's migrator takes no lock, so ours is held around it. Raising the rules version of a ledger
 * that has one is not done here, since it needs a replay.
 */
import { randomUUID } from 'node:crypto';
import { ledger } from '../../schema/tables/ledger.ts';
import type { Database, OpenDatabase } from './database.ts';
import { migrationsFolder } from './package-root.ts';

/** "A287" in ASCII: the advisory lock under which schema changes happen. */
export const migrationLock = 0x41323837;

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

/** Answers what the ledger says of itself afterwards, which may be older rules than the caller's. */
export function migrateDatabase(database: OpenDatabase, created: NewLedger): Promise<LedgerIdentity> {
  return database.exclusively(migrationLock, async (session) => {
    await session.applyMigrations(migrationsFolder());
    await session.db
      .insert(ledger)
      .values({ id: 1, epoch: randomUUID(), lastSequence: 0n, revision: 0n, ...created })
      .onConflictDoNothing();
    return readLedgerIdentity(session.db);
  });
}

export async function readLedgerIdentity(db: Database): Promise<LedgerIdentity> {
  const [row] = await db
    .select({ epoch: ledger.epoch, rulesVersion: ledger.rulesVersion, sample: ledger.sample })
    .from(ledger);
  if (row === undefined) throw new Error('The ledger has no row of its own: run `accord287 migrate`.');
  return row;
}
