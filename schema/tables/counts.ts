/**
 * Counts kept by the transaction that changes them, so that reading them costs what there is to tell (places, types,
 * lists), not how many agreements there are. They follow from agencies, agreements and listings, and from nothing else.
 */
import { index, integer, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { agencyTypeEnum, timelineBasisEnum } from './enums.ts';

/**
 * How many agencies of one place and type stand alike now. A standing is a set of bits: which models an agency has in
 * force, and which it has on the pending list; `schema/standing.ts` says which bit is which. Natural key: all but
 * `agencies`. Written by `ledger/apply`.
 */
export const standingCounts = pgTable(
  'standing_counts',
  {
    placeCode: text('place_code').notNull(),
    agencyType: agencyTypeEnum('agency_type'),
    standing: smallint('standing').notNull(),
    agencies: integer('agencies').notNull(),
  },
  (table) => [unique('standing_counts_key').on(table.placeCode, table.agencyType, table.standing).nullsNotDistinct()],
);

/**
 * How many agencies of one place and type passed from one standing to another at one instant. Their sum up to an
 * instant is how agencies stood then. Basis LISTED: the instant is a list's publication. SIGNED: the start of the day
 * of signing in New York, or the first list without the agreement. Natural key: all but `agencies`. Written by
 * `ledger/apply`.
 */
export const standingChanges = pgTable(
  'standing_changes',
  {
    basis: timelineBasisEnum('basis').notNull(),
    at: instant('at').notNull(),
    placeCode: text('place_code').notNull(),
    agencyType: agencyTypeEnum('agency_type'),
    standingBefore: smallint('standing_before').notNull(),
    standingAfter: smallint('standing_after').notNull(),
    agencies: integer('agencies').notNull(),
  },
  (table) => [
    unique('standing_changes_key')
      .on(table.basis, table.at, table.placeCode, table.agencyType, table.standingBefore, table.standingAfter)
      .nullsNotDistinct(),
    index('standing_changes_place_idx').on(table.placeCode, table.basis, table.at),
  ],
);
