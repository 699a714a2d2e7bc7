/** Published figures that an operator added to those that come with the program. */
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * One published figure. Natural key: `id`; one with the id of a figure of the program takes its place. The figure is
 * data in the shape of `analysis/figure.ts`, checked when it is added. Written by `operations/keep-figures`.
 */
export const publishedFigures = pgTable('published_figures', {
  id: text('id').primaryKey(),
  figure: jsonb('figure').$type<Record<string, unknown>>().notNull(),
  addedAt: instant('added_at').notNull(),
});
