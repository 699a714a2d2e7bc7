/**
 * Appending to the log. The number of an event is taken from the ledger's one row, which the transaction holds
 * locked until it commits: so numbers are gap-free in commit order. A `bigserial` would not do: a transaction that
 * takes 12 can commit before one that took 11, and a reader at 12 never sees 11.
 */
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { type EventRecord, ledgerEvents } from '../../../schema/tables/events.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { insertRecords } from '../../database/records.ts';
import type { LogPosition } from './cursor.ts';

/** The channel of the empty wake-up that a commit sends. */
export const EVENTS_CHANNEL = 'ledger_events';

/** The ledger's row while its lock is held. */
export interface LockedLedger {
  epoch: string;
  lastSequence: bigint;
  revision: bigint;
  rulesVersion: number;
  sample: boolean;
  /** The database's clock, ISO 8601. */
  now: string;
  /** The one event that tells what this transaction tells in sum: its last. Null: there is none. */
  sum: EventRecord | null;
}

/** Locks the ledger until the transaction ends. Throws where the ledger was never made. */
export async function lockLedger(tx: Transaction): Promise<LockedLedger> {
  const [row] = await tx
    .select({
      epoch: ledger.epoch,
      lastSequence: ledger.lastSequence,
      revision: ledger.revision,
      rulesVersion: ledger.rulesVersion,
      sample: ledger.sample,
      now: sql`clock_timestamp()`.mapWith(ledger.createdAt),
    })
    .from(ledger)
    .where(eq(ledger.id, 1))
    .for('update');
  if (!row) throw new Error('the database holds no ledger: migrate it first');
  return { ...row, now: row.now.toISOString(), sum: null };
}

/**
 * Numbers the events in their order, appends them, and wakes the readers when the transaction commits. The database
 * chains their hashes as they come.
 */
export async function appendEvents(
  tx: Transaction,
  locked: LockedLedger,
  events: readonly EventRecord[],
): Promise<LockedLedger> {
  const recordedAt = new Date(locked.now);
  const numbered = events.map((event, index) => ({
    ...event,
    sequence: locked.lastSequence + BigInt(index) + 1n,
    recordedAt,
  }));
  await insertRecords(tx, ledgerEvents, numbered);
  return { ...locked, lastSequence: locked.lastSequence + BigInt(events.length) };
}

/** The last step of a transaction that changed public state: appends its sum, writes the counters, and sends the wake-up. */
export async function commitRevision(tx: Transaction, locked: LockedLedger): Promise<bigint> {
  const revision = locked.revision + 1n;
  const { lastSequence } = locked.sum === null ? locked : await appendEvents(tx, locked, [locked.sum]);
  await tx.update(ledger).set({ lastSequence, revision }).where(eq(ledger.id, 1));
  await tx.execute(sql`select pg_notify(${EVENTS_CHANNEL}, '')`);
  return revision;
}

/**
 * Makes all cursors of this epoch stale: the log is another one, whose numbers go to other events. Whichever instance
 * notices first does it, for all.
 */
export async function renewEpoch(db: Database, { epoch }: Pick<LogPosition, 'epoch'>): Promise<void> {
  await db.update(ledger).set({ epoch: randomUUID() }).where(eq(ledger.epoch, epoch));
}
