/** What is in force: agreements, and the stretches of time each stood on a list. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { agencies } from './agencies.ts';
import { day, instant } from './columns.ts';
import { agreementStatusEnum, modelEnum, snapshotKindEnum } from './enums.ts';

/**
 * One agreement of one agency under one model. Natural key: (agency, model, ordinal); a re-signing takes the
 * next ordinal and supersedes. At most one is current. Written by `ledger/apply`.
 */
export const agreements = pgTable(
  'agreements',
  {
    id: uuid('id').primaryKey(),
    agencyId: uuid('agency_id').notNull(),
    /** The agency's place, kept here for filters and orders. */
    placeCode: text('place_code').notNull(),
    model: modelEnum('model').notNull(),
    /** Counts the agreements of one agency and model from 1; never reassigned. */
    ordinal: integer('ordinal').notNull(),
    status: agreementStatusEnum('status').notNull(),
    signedOn: day('signed_on'),
    signedPrinted: text('signed_printed'),
    /** Nobody can have signed it on that day, which is kept as printed. */
    signedUnlikely: boolean('signed_unlikely').notNull().default(false),
    /** Publication of the first participating list that shows it; null while it was only ever pending. */
    firstListedAt: instant('first_listed_at'),
    /** True when that was the very first list: it may be older. */
    firstListedIsLowerBound: boolean('first_listed_is_lower_bound').notNull(),
    /** Publication of the last list that showed it; null while it is listed: then it is the newest list. */
    lastListedAt: instant('last_listed_at'),
    /** Publication of the first list without it, while it is off the list. */
    unlistedAt: instant('unlisted_at'),
    /** Day of the first list without it, once confirmed. */
    endedOn: day('ended_on'),
    pendingFirstListedAt: instant('pending_first_listed_at'),
    /** Publication of the first pending list without it, while it is off that list and not signed. */
    pendingUnlistedAt: instant('pending_unlisted_at'),
    /** Lists of its kind that lacked it since, while its absence is to be confirmed; else 0. */
    listsWithout: integer('lists_without').notNull().default(0),
    /** It left the list and a person is asked whether another row is it: until then it is not ended. */
    isAsked: boolean('is_asked').notNull().default(false),
    memorandumUrl: text('memorandum_url'),
    addendumUrls: text('addendum_urls').array().notNull(),
    supersedes: uuid('supersedes'),
    /** The surviving agreement that answers for this one after its agency was merged. */
    mergedInto: uuid('merged_into'),
    /** False once a re-derivation no longer yields the agreement; it is kept for its id. */
    derived: boolean('derived').notNull(),
  },
  (table) => [
    // Of those that are derived: an agreement takes its id along to another agency, and leaves its place to the next.
    uniqueIndex('agreements_key')
      .on(table.agencyId, table.model, table.ordinal)
      .where(sql`derived and merged_into is null`),
    index('agreements_agency_idx').on(table.agencyId),
    uniqueIndex('agreements_current_key')
      .on(table.agencyId, table.model)
      .where(sql`derived and status in ('PENDING', 'ACTIVE', 'UNLISTED')`),
    index('agreements_signed_idx').on(table.signedOn, table.id),
    index('agreements_first_listed_idx').on(table.firstListedAt, table.id),
    index('agreements_place_signed_idx').on(table.placeCode, table.signedOn, table.id),
    index('agreements_status_idx').on(table.status, table.signedOn, table.id),
    index('agreements_memorandum_idx').on(table.placeCode, table.memorandumUrl),
    index('agreements_supersedes_idx').on(table.supersedes),
    index('agreements_unlikely_idx').on(table.agencyId).where(sql`signed_unlikely`),
    index('agreements_merged_into_idx').on(table.mergedInto),
    check('agreements_ordinal_positive', sql`${table.ordinal} > 0`),
    check('agreements_ended_on', sql`${table.status} <> 'ENDED' or ${table.endedOn} is not null`),
    foreignKey({
      name: 'agreements_agency_fkey',
      columns: [table.agencyId],
      foreignColumns: [agencies.id],
    }).onDelete('restrict'),
    foreignKey({
      name: 'agreements_supersedes_fkey',
      columns: [table.supersedes],
      foreignColumns: [table.id],
    }).onDelete('restrict'),
    foreignKey({
      name: 'agreements_merged_into_fkey',
      columns: [table.mergedInto],
      foreignColumns: [table.id],
    }).onDelete('restrict'),
  ],
);

/** One unbroken stretch on the lists of one kind: from the first list that shows it to the first that does not. */
export const listings = pgTable(
  'listings',
  {
    agreementId: uuid('agreement_id').notNull(),
    kind: snapshotKindEnum('kind').notNull(),
    listedAt: instant('listed_at').notNull(),
    /** Null while it is on the newest list of the kind. */
    unlistedAt: instant('unlisted_at'),
  },
  (table) => [
    primaryKey({ name: 'listings_pkey', columns: [table.agreementId, table.kind, table.listedAt] }),
    index('listings_time_idx').on(table.kind, table.listedAt, table.unlistedAt),
    foreignKey({
      name: 'listings_agreement_fkey',
      columns: [table.agreementId],
      foreignColumns: [agreements.id],
    }).onDelete('restrict'),
  ],
);
