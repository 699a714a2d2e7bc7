/** The one row that numbers everything: the log's epoch and last sequence, the revision, the rules version. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * One row, id 1. Every transaction that changes the ledger locks it first and raises its counters last, which
 * makes the event log gap-free in commit order. Written by `ledger/apply` and `database/migrate`.
 */
export const ledger = pgTable(
  'ledger',
  {
    id: integer('id').primaryKey(),
    /** Changes when the database is restored or rebuilt, so that an old cursor is refused, never misread. */
    epoch: uuid('epoch').notNull(),
    lastSequence: bigint('last_sequence', { mode: 'bigint' }).notNull(),
    /** Raised by every transaction that changes public state. */
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    /** The rules (aliases, vocabularies, canonical names) by which the stored state was derived. */
    rulesVersion: integer('rules_version').notNull(),
    /** True for the sample ledger: then everything public says so. */
    sample: boolean('sample').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [check('ledger_single_row', sql`${table.id} = 1`)],
);
