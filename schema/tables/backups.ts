/** Every try of `accord287 backup` that came to its end, so that one that failed is noticed; never deleted. */
import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * One try. Natural key: (file, startedAt). Written by `operations/backups`; a backup has those before it, not itself,
 * which a restore adds.
 */
export const backups = pgTable('backups', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  /** Where to, as a path of the machine that made it. */
  file: text('file').notNull(),
  startedAt: instant('started_at').notNull(),
  endedAt: instant('ended_at').notNull(),
  /** Size of the file; null: it failed. */
  bytes: bigint('bytes', { mode: 'number' }),
  /** Why it failed, in a sentence; null: it did not. */
  error: text('error'),
  /** When this ledger was restored from it; null: it was not. */
  restoredAt: instant('restored_at'),
});
