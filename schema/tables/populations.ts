/** How many people live where, as an operator imported it from the Census Bureau. */
import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * The estimate of one year for one place or county. Natural key: (year, fips); the newest year answers, the others stay.
 * Written by `operations/keep-population`.
 */
export const populations = pgTable(
  'populations',
  {
    /** Of the estimate, which is of the first of July. */
    year: integer('year').notNull(),
    /** Two digits of a place, five of a county. */
    fips: text('fips').notNull(),
    people: integer('people').notNull(),
    importedAt: instant('imported_at').notNull(),
  },
  (table) => [primaryKey({ name: 'populations_pkey', columns: [table.year, table.fips] })],
);
