/** The files as they came: once for each SHA-256, whatever became of the list in them, never deleted. */
import { customType, foreignKey, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * One file that is kept. Natural key: `sha256` of its bytes, in hexadecimal digits. The bytes are pieces below; of an
 * embedded ledger a file of its folder. Written by `database/originals`.
 */
export const originals = pgTable('originals', {
  sha256: text('sha256').primaryKey(),
  bytes: integer('bytes').notNull(),
  /** By its first bytes. */
  mediaType: text('media_type').notNull(),
  keptAt: instant('kept_at').notNull().defaultNow(),
});

/** A stretch of a file's bytes, on a PostgreSQL server. Natural key: (sha256, ordinal). Written by `database/originals`. */
export const originalPieces = pgTable(
  'original_pieces',
  {
    sha256: text('sha256').notNull(),
    /** Counts the pieces of a file from 1. */
    ordinal: integer('ordinal').notNull(),
    piece: bytea('piece').notNull(),
  },
  (table) => [
    primaryKey({ name: 'original_pieces_pkey', columns: [table.sha256, table.ordinal] }),
    foreignKey({
      name: 'original_pieces_original_fkey',
      columns: [table.sha256],
      foreignColumns: [originals.sha256],
    }).onDelete('restrict'),
  ],
);
