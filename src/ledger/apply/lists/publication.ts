/** The order in which lists were published, and what came before a list: the time of the ledger. */
import { sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../../schema/enums.ts';
import { snapshots } from '../../../../schema/tables/snapshots.ts';
import type { Database } from '../../../database/database.ts';
import { isoInstant, selectRecords } from '../../../database/records.ts';

/** An accepted list, or one about to be. */
export interface Publication {
  number: number;
  id: string;
  kind: SnapshotKind;
  publishedAt: string;
  modifiedAt: string | null;
  sha256: string;
}

/** By publication, ties by the workbook's own time, then by the bytes' hash. */
export function byPublication(left: Publication, right: Publication): number {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return (
    order(left.publishedAt, right.publishedAt) ||
    order(left.modifiedAt ?? '', right.modifiedAt ?? '') ||
    order(left.sha256, right.sha256)
  );
}

/** All accepted lists in the order of publication. */
export const acceptedLists = (tx: Database): Promise<Publication[]> => listsOf(tx, 'ACCEPTED');

/** All lists that wait for a person, in the order of publication. */
export const heldLists = (tx: Database): Promise<Publication[]> => listsOf(tx, 'HELD');

async function listsOf(tx: Database, status: 'ACCEPTED' | 'HELD'): Promise<Publication[]> {
  const rows = await selectRecords<Publication>(
    tx,
    sql`select ${snapshots.number}, ${snapshots.id}, ${snapshots.kind}, ${snapshots.publishedAt} as "publishedAt",
      ${snapshots.modifiedAt} as "modifiedAt", ${snapshots.sha256}
      from ${snapshots} where ${snapshots.status} = ${status}`,
  );
  return rows
    .map((row) => ({
      ...row,
      publishedAt: isoInstant(row.publishedAt),
      modifiedAt: row.modifiedAt === null ? null : isoInstant(row.modifiedAt),
    }))
    .sort(byPublication);
}

/** Publications of the lists up to and including this one, by kind: what `derive` counts lists with. */
export function historyUpTo(lists: readonly Publication[], list: Publication): Record<SnapshotKind, readonly string[]> {
  const upTo = lists.filter((each) => byPublication(each, list) <= 0);
  const of = (kind: SnapshotKind): string[] => upTo.flatMap((each) => (each.kind === kind ? [each.publishedAt] : []));
  return { PARTICIPATING: of('PARTICIPATING'), PENDING: of('PENDING') };
}

/** The list of the same kind that was published just before. */
export function predecessor(lists: readonly Publication[], list: Publication): Publication | null {
  return lists.findLast((each) => each.kind === list.kind && byPublication(each, list) < 0) ?? null;
}
