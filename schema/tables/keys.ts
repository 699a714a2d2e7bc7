/** Bearer keys of operators and programs: hashes of them, never the keys themselves. */

import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { keyRoleEnum } from './enums.ts';

/** One key. Natural key: `prefix`. Revoked ones stay, so that the audit log can name them. Written by `operations/keys`. */
export const operatorKeys = pgTable(
  'operator_keys',
  {
    id: uuid('id').primaryKey(),
    /** Whose it is or what for, in an operator's words. */
    name: text('name').notNull(),
    role: keyRoleEnum('role').notNull(),
    /** The beginning of the key, which tells it apart and is no secret. */
    prefix: text('prefix').notNull().unique('operator_keys_prefix_key'),
    /** SHA-256 of the whole key, in hex. */
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Null: it does not expire. */
    expiresAt: instant('expires_at'),
    /** To the minute; null: it was never used. */
    lastUsedAt: instant('last_used_at'),
    /** Null while it holds. */
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason'),
  },
  (table) => [
    index('operator_keys_held_idx').on(table.id).where(sql`${table.revokedAt} is null`),
    check('operator_keys_hash', sql`${table.hash} ~ '^[0-9a-f]{64}$'`),
  ],
);
