/** Who signs: agencies, every name and every slug they ever answered to. */
import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { agencyTypeEnum } from './enums.ts';

/**
 * One law-enforcement agency in one place. Natural key: (place_code, key). Ids are for ever: a merged
 * agency keeps its row and points at the survivor. Written by `ledger/apply`.
 */
export const agencies = pgTable(
  'agencies',
  {
    id: uuid('id').primaryKey(),
    placeCode: text('place_code').notNull(),
    /** The canonical name that gave the agency its identity; never changes. */
    key: text('key').notNull(),
    /** As printed; it follows the lists once they print another canonical form for long enough. */
    name: text('name').notNull(),
    /** The canonical form of `name`. */
    nameKey: text('name_key').notNull(),
    /** What lists call it, and the canonical form, while it goes by the name that an operator gave it; else null. */
    listedName: text('listed_name'),
    listedNameKey: text('listed_name_key'),
    slug: text('slug').notNull(),
    /** Another canonical form that the lists print instead, until it is the name or they print this one again. */
    respeltKey: text('respelt_key'),
    /** The first of the lists that print it, and how many of them there are. */
    respeltSince: instant('respelt_since'),
    respeltLists: integer('respelt_lists').notNull().default(0),
    /** Of the newest list that shows the agency. */
    type: agencyTypeEnum('type'),
    typePrinted: text('type_printed'),
    countyFips: text('county_fips'),
    firstListedAt: instant('first_listed_at').notNull(),
    /** The survivor that answers for this agency; null for an agency in its own right. */
    mergedInto: uuid('merged_into'),
    /** False once a re-derivation no longer yields the agency; it is kept for its id. */
    derived: boolean('derived').notNull(),
  },
  (table) => [
    uniqueIndex('agencies_slug_key').on(table.slug).where(sql`derived and merged_into is null`),
    // Names are ordered by code point, so that every database gives the same order whatever its locale.
    index('agencies_place_name_idx').on(table.placeCode, sql`name collate "C"`, table.id),
    index('agencies_name_idx').on(sql`name collate "C"`, table.id),
    index('agencies_first_listed_idx').on(table.firstListedAt, table.id),
    index('agencies_county_idx').on(table.countyFips),
    index('agencies_merged_into_idx').on(table.mergedInto),
    index('agencies_respelt_idx').on(table.id).where(sql`respelt_key is not null`),
    index('agencies_name_trgm_idx').using('gin', sql`lower(name) gin_trgm_ops`),
    foreignKey({
      name: 'agencies_merged_into_fkey',
      columns: [table.mergedInto],
      foreignColumns: [table.id],
    }).onDelete('restrict'),
  ],
);

/** Which agency a canonical name means in a place: the identity map that aliases, pairings and decisions built. */
export const agencyNames = pgTable(
  'agency_names',
  {
    placeCode: text('place_code').notNull(),
    nameKey: text('name_key').notNull(),
    agencyId: uuid('agency_id').notNull(),
    firstListedAt: instant('first_listed_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'agency_names_pkey', columns: [table.placeCode, table.nameKey] }),
    index('agency_names_agency_idx').on(table.agencyId),
    foreignKey({
      name: 'agency_names_agency_fkey',
      columns: [table.agencyId],
      foreignColumns: [agencies.id],
    }).onDelete('restrict'),
  ],
);

/** Every slug that ever named an agency; former ones answer with the agency that has them now. */
export const agencySlugs = pgTable(
  'agency_slugs',
  {
    slug: text('slug').notNull(),
    agencyId: uuid('agency_id').notNull(),
  },
  (table) => [
    primaryKey({ name: 'agency_slugs_pkey', columns: [table.slug] }),
    index('agency_slugs_agency_idx').on(table.agencyId),
    foreignKey({
      name: 'agency_slugs_agency_fkey',
      columns: [table.agencyId],
      foreignColumns: [agencies.id],
    }).onDelete('restrict'),
  ],
);
