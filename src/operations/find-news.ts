/**
 * Which files of an ingest are news: of each kind, the newest list that will be accepted. What is in the ledger
 * already, or no list, must not silence the list before it; and whether the guard will hold one, only trying tells.
 */
import type { SnapshotKind } from '../../schema/enums.ts';
import type { Database } from '../database/database.ts';
import { applyHistory } from '../ledger/apply/apply.ts';
import type { Arrival } from '../ledger/apply/store-list.ts';
import { tryOut } from './try-out.ts';

/** A file as far as its order matters. */
export interface Given {
  /** Null for a file that is no list. */
  table: { kind: SnapshotKind; key: string } | null;
}

/** Lists tried at most: were so many held at the end of one ingest, the one before them would be told as history. */
const MOST_TRIED = 8;

/** Those that are lists, not in the ledger, and not given before. */
export function freshOf<File extends Given>(files: readonly File[], known: ReadonlySet<string>): File[] {
  const seen = new Set(known);
  return files.filter(({ table }) => {
    if (table === null || seen.has(table.key)) return false;
    seen.add(table.key);
    return true;
  });
}

export const lastOf = <File extends Given>(files: readonly File[], kind: SnapshotKind): File | undefined =>
  files.findLast(({ table }) => table?.kind === kind);

/** Where the last lists begin that the guard may hold; the number of files where a trial would tell nothing. */
export function startOfTrial<File extends Given>(files: readonly File[], fresh: readonly File[]): number {
  const judged = fresh.filter(({ table }) => table?.kind === 'PARTICIPATING').slice(-MOST_TRIED);
  const [first] = judged;
  return first === undefined || judged.length === 1 ? files.length : files.indexOf(first);
}

/** The last participating list of these, next in turn, that the ledger would accept. Changes nothing. */
export function newestAccepted<File extends Given>(
  db: Database,
  files: readonly File[],
  arrivalsOf: (files: readonly File[]) => Promise<Arrival[]>,
): Promise<File | undefined> {
  const judged = files.filter(({ table }) => table?.kind === 'PARTICIPATING');
  async function* inTurn(): AsyncGenerator<Arrival> {
    for (const file of judged) yield* await arrivalsOf([file]);
  }
  return tryOut(db, async (tx) => {
    const applied = await applyHistory(tx, inTurn());
    return judged.findLast((_, index) => applied[index]?.status === 'ACCEPTED');
  });
}
