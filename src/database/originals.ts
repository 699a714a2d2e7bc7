/**
 * The bytes of ingested files, once for each SHA-256: what an embedded database and a server have in common of keeping
 * them. Where they are is hidden here, as all else that differs.
 */
import { createHash } from 'node:crypto';
import { originals } from '../../schema/tables/originals.ts';
import type { Original, Transaction } from './database.ts';

/** Bytes of a piece: what reading one file takes of memory. */
export const PIECE_BYTES = 256 * 1024;

/** What is kept under a hash is missing, or has another. */
export class DamagedOriginal extends Error {
  constructor(sha256: string, what: string, options?: ErrorOptions) {
    super(`The original ${sha256} ${what}. A backup has it.`, options);
    this.name = 'DamagedOriginal';
  }
}

/** False where it is there already. */
export async function recordOriginal(tx: Transaction, { sha256, bytes, mediaType }: Original): Promise<boolean> {
  const row = { sha256, bytes: bytes.length, mediaType };
  const stored = await tx.insert(originals).values(row).onConflictDoNothing().returning({ sha256: originals.sha256 });
  return stored.length > 0;
}

/** Passes the pieces on, the last one only if all together have the hash. */
export async function* checked(
  sha256: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let last: Uint8Array | null = null;
  for await (const piece of pieces) {
    if (last !== null) yield last;
    hash.update(piece);
    last = piece;
  }
  if (hash.digest('hex') !== sha256) throw new DamagedOriginal(sha256, 'is damaged');
  if (last !== null) yield last;
}
