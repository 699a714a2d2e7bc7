/** What waits for a person, and what persons decided. */
import { foreignKey, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Model } from '../enums.ts';
import { instant } from './columns.ts';
import { decisionKindEnum, reviewKindEnum, reviewStatusEnum } from './enums.ts';

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

/**
 * One decision about names in one place. SAME_AGENCY: all of them are one agency. DIFFERENT_AGENCIES: none on the left
 * is the agency of any on the right. SET_ASIDE: a row that cannot be read is seen, and nobody is asked about it again.
 * It holds at every time, until it is revoked; it is never deleted.
 */
export const decisions = pgTable(
  'decisions',
  {
    id: uuid('id').primaryKey(),
    kind: decisionKindEnum('kind').notNull(),
    /** Null: of a row whose state cannot be read. */
    placeCode: text('place_code'),
    /** Canonical names; the first gives a merged agency its identity. */
    leftKeys: text('left_keys').array().notNull(),
    rightKeys: text('right_keys').array().notNull(),
    reviewItemId: uuid('review_item_id'),
    reason: text('reason').notNull(),
    decidedAt: instant('decided_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
  },
  (table) => [
    index('decisions_place_idx').on(table.placeCode, table.revokedAt),
    index('decisions_review_item_idx').on(table.reviewItemId),
    foreignKey({
      name: 'decisions_review_item_fkey',
      columns: [table.reviewItemId],
      foreignColumns: [reviewItems.id],
    }).onDelete('restrict'),
  ],
);
