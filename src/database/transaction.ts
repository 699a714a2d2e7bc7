/** Transactions by one name, so that a function that writes can demand the proof of being inside one. */
import { sql } from 'drizzle-orm';
import type { Database, Transaction } from './database.ts';

export interface TransactionOptions {
  /** For ingest and replay: lifts the limits on statements and on waiting for a lock, which are set for queries. */
  long?: boolean;
}

/** Commits what `work` did, or, when it throws, nothing. */
export function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return db.transaction(async (tx) => {
    if (options.long === true) {
      await tx.execute(sql`select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
        set_config('idle_in_transaction_session_timeout', '0', true)`);
    }
    return work(tx);
  });
}
