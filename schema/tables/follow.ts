/** What following the publisher's page remembers between two looks, and which process does such work. */
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { FollowOutcome } from '../enums.ts';
import { instant } from './columns.ts';
import { snapshotKindEnum } from './enums.ts';

/**
 * One address that was looked at: a page with links to lists, or a list. Natural key: `address`. Written by
 * `operations/follow`.
 */
export const followed = pgTable('followed', {
  address: text('address').primaryKey(),
  /** What the list turned out to be, or what its link said; null: a page, or not known yet. */
  kind: snapshotKindEnum('kind'),
  /** Of the answer whose bytes were believed last: what the next request is conditional on. */
  etag: text('etag'),
  lastModified: text('last_modified'),
  sha256: text('sha256'),
  /** When it was looked at first and last. */
  firstAt: instant('first_at').notNull(),
  checkedAt: instant('checked_at').notNull(),
  /** Of the last look; LINK_FOUND: the round of the first one has not come to its end. */
  outcome: text('outcome').$type<FollowOutcome | 'LINK_FOUND'>().notNull(),
  detail: text('detail'),
  /** What became of the bytes that were believed last; null: none were. */
  content: text('content').$type<FollowOutcome>(),
  /** When a look last found what it should; null: none did. */
  goodAt: instant('good_at'),
});

/** When the source was and will be looked at. One row, id 1, there once it was followed. Written by `operations/follow`. */
export const follower = pgTable(
  'follower',
  {
    id: integer('id').primaryKey(),
    /** The last round. */
    startedAt: instant('started_at').notNull(),
    nextAt: instant('next_at').notNull(),
    /** Rounds in a row in which something went wrong. */
    failures: integer('failures').notNull(),
    /** So long may nothing good be found before the source is called stale. */
    staleHours: integer('stale_hours').notNull(),
  },
  (table) => [check('follower_single_row', sql`${table.id} = 1`)],
);

/**
 * Who does work that only one process of a ledger may do at a time. A row and not an advisory lock, which a connection
 * pooler would strand. Natural key: `name`. Written by `database/lease`.
 */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  /** Of the process that has it, made up for each time. */
  holder: text('holder').notNull(),
  /** By the database's clock. */
  until: instant('until').notNull(),
});
