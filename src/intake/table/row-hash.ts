/** Content by hash: equal printed rows and equal tables have equal hashes, in whatever file they stand. */
import { createHash } from 'node:crypto';
import type { PrintedCell } from '../../../schema/tables/snapshots.ts';

/** SHA-256, hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hash of the cells and links in their order. Empty cells are not among the cells, so new columns change nothing. */
export function hashRow(cells: readonly PrintedCell[]): string {
  return sha256(JSON.stringify(cells.map((cell) => [cell.column, cell.text, cell.link])));
}

/** Hash of a table: of which rows it has and how often, not of their order, their numbers or which are hidden. */
export function hashTable(rowHashes: readonly string[]): string {
  return sha256(rowHashes.toSorted().join('\n'));
}
