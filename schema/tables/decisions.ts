/** Every word of an operator: kept with its reason, in force until it is revoked, never deleted. */
import { sql } from 'drizzle-orm';
import { boolean, check, foreignKey, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { decisionKindEnum, spellingSubjectEnum } from './enums.ts';
import { reviewItems } from './reviews.ts';
import { snapshots } from './snapshots.ts';

/**
 * One decision. Natural key: `id`. It holds at every time of the history, until it is revoked. Written by
 * `ledger/apply/decisions`.
 *
 * - SAME_AGENCY: all names on both sides are one agency. DIFFERENT_AGENCIES: none on the left is the agency of any on
 *   the right. RENAMING: the agency that the left name means goes by `name`, whose canonical form is on the right.
 * - SET_ASIDE: a row that cannot be read is seen, and nobody is asked about it again.
 * - RELEASE, REJECTION: the word on a held list. WITHDRAWAL: an accepted list never counted. REDATING: the list was
 *   published at `publishedAt`.
 * - SPELLING: `printed` under `subject` means `means`.
 */
export const decisions = pgTable(
  'decisions',
  {
    id: uuid('id').primaryKey(),
    kind: decisionKindEnum('kind').notNull(),
    /** Of names, and of a row whose state can be read; null for all else. */
    placeCode: text('place_code'),
    /** Canonical names; the first gives a merged agency its identity. Empty where it is not about names. */
    leftKeys: text('left_keys').array().notNull().default([]),
    rightKeys: text('right_keys').array().notNull().default([]),
    /** RENAMING: as people read it. */
    name: text('name'),
    /** The list that it is about. */
    snapshotNumber: integer('snapshot_number'),
    /** REDATING: when the list was published. */
    publishedAt: instant('published_at'),
    /** RELEASE: the operator's word that what the list changes is history. */
    backfill: boolean('backfill').notNull().default(false),
    /** SPELLING: what is spelled, the text as lists print it, and what that means, as `intake/spellings` has it. */
    subject: spellingSubjectEnum('subject'),
    printed: text('printed'),
    means: text('means'),
    /** The question that it answers; null: it answers none. */
    reviewItemId: uuid('review_item_id'),
    reason: text('reason').notNull(),
    decidedAt: instant('decided_at').notNull(),
    /** Null while it is in force. */
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
  },
  (table) => [
    index('decisions_place_idx').on(table.placeCode, table.revokedAt),
    index('decisions_review_item_idx').on(table.reviewItemId),
    index('decisions_snapshot_idx').on(table.snapshotNumber),
    check(
      'decisions_list',
      sql`(${table.snapshotNumber} is not null) = (${table.kind} in ('RELEASE', 'REJECTION', 'WITHDRAWAL', 'REDATING'))`,
    ),
    check('decisions_redating', sql`(${table.kind} = 'REDATING') = (${table.publishedAt} is not null)`),
    check('decisions_renaming', sql`(${table.kind} = 'RENAMING') = (${table.name} is not null)`),
    check(
      'decisions_spelling',
      sql`(${table.kind} = 'SPELLING') = (num_nonnulls(${table.subject}, ${table.printed}, ${table.means}) = 3)`,
    ),
    foreignKey({
      name: 'decisions_review_item_fkey',
      columns: [table.reviewItemId],
      foreignColumns: [reviewItems.id],
    }).onDelete('restrict'),
    foreignKey({
      name: 'decisions_snapshot_fkey',
      columns: [table.snapshotNumber],
      foreignColumns: [snapshots.number],
    }).onDelete('restrict'),
  ],
);
