/** What an operator is to be told of, from when it began until it was over; never deleted. */
import { sql } from 'drizzle-orm';
import { bigint, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AlarmKind } from '../enums.ts';
import { instant } from './columns.ts';

/**
 * One alarm. Natural key: (kind, subject, openedAt). At most one of a kind and subject is open. Written by
 * `operations/alarms`.
 */
export const alarms = pgTable(
  'alarms',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').$type<AlarmKind>().notNull(),
    /** What it is about, such as the id of a list. */
    subject: text('subject').notNull(),
    /** For people, as it was last seen. */
    message: text('message').notNull(),
    openedAt: instant('opened_at').notNull(),
    /** When an operator was last told of it; null: nobody was yet. */
    toldAt: instant('told_at'),
    /** Null while it lasts. */
    closedAt: instant('closed_at'),
    /** When an operator was told that it is over. */
    clearedAt: instant('cleared_at'),
  },
  (table) => [uniqueIndex('alarms_open_key').on(table.kind, table.subject).where(sql`closed_at is null`)],
);
