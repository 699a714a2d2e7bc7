/** What waits for a person: questions of identity. */
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Model } from '../enums.ts';
import { instant } from './columns.ts';
import { reviewKindEnum, reviewStatusEnum } from './enums.ts';

/**
 * What speaks for and against two names being one agency, or what an unreadable row prints. Evidence that was stored
 * before the optional fields were has the canonical names in the place of the printed ones.
 */
export interface ReviewEvidence {
  /** As printed; null of an unreadable row. */
  vanishedName: string | null;
  /** As printed; of an unreadable row whose cell is blank, empty. */
  newName: string;
  /** The canonical forms of the two, which decisions are made of. */
  vanishedKey?: string;
  newKey?: string;
  /** The list still prints a name of the vanished agency, with another model. */
  vanishedStillListed?: boolean;
  /** Null: it cannot be read. */
  model: Model | null;
  vanishedSignedOn: string | null;
  newSignedOn: string | null;
  sameMemorandum: boolean;
  /** 0 to 1. */
  similarity: number;
  publishedAt: string;
  /** Of an unreadable row: its cells as printed, and where it stands on the list; null where there is no such cell. */
  printedState?: string | null;
  printedModel?: string | null;
  rowNumber?: number;
}

/**
 * One question: are these two names one agency? Natural key: (place_code, left_key, right_key). Of UNREADABLE_ROW: what
 * is this row? The left key is its canonical name, where it can be read, and the right one the hash of its cells.
 */
export const reviewItems = pgTable(
  'review_items',
  {
    id: uuid('id').primaryKey(),
    kind: reviewKindEnum('kind').notNull(),
    status: reviewStatusEnum('status').notNull(),
    /** Null: the state of the row cannot be read. */
    placeCode: text('place_code'),
    /** The two canonical names, in alphabetical order. */
    leftKey: text('left_key').notNull(),
    rightKey: text('right_key').notNull(),
    evidence: jsonb('evidence').$type<ReviewEvidence>().notNull(),
    raisedAt: instant('raised_at').notNull(),
  },
  (table) => [
    uniqueIndex('review_items_pair_key').on(table.placeCode, table.leftKey, table.rightKey),
    index('review_items_status_idx').on(table.status, table.raisedAt, table.id),
  ],
);
