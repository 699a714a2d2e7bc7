/** Originals on a PostgreSQL server: rows of pieces, so that neither end holds a whole file to read one. */
import { and, asc, eq, gt } from 'drizzle-orm';
import { originalPieces } from '../../../schema/tables/originals.ts';
import type { Database, OriginalStore } from '../database.ts';
import { checked, PIECE_BYTES, recordOriginal } from '../originals.ts';

export function createOriginalPieces(db: Database): OriginalStore {
  return {
    async keep(tx, original) {
      const { sha256, bytes } = original;
      if (!(await recordOriginal(tx, original))) return;
      for (let start = 0, ordinal = 1; start < bytes.length; start += PIECE_BYTES, ordinal += 1) {
        // The driver sends what is a Buffer as bytes.
        const piece = Buffer.from(bytes.subarray(start, start + PIECE_BYTES));
        await tx.insert(originalPieces).values({ sha256, ordinal, piece });
      }
    },
    read: (sha256) => checked(sha256, piecesOf(db, sha256)),
  };
}

async function* piecesOf(db: Database, sha256: string): AsyncGenerator<Uint8Array, void, undefined> {
  for (let ordinal = 0; ; ) {
    const [row] = await db
      .select({ ordinal: originalPieces.ordinal, piece: originalPieces.piece })
      .from(originalPieces)
      .where(and(eq(originalPieces.sha256, sha256), gt(originalPieces.ordinal, ordinal)))
      .orderBy(asc(originalPieces.ordinal))
      .limit(1);
    if (row === undefined) return;
    yield row.piece;
    ordinal = row.ordinal;
  }
}
