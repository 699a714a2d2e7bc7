/** What the audit log keeps of a transaction of an ingest: its lists and what became of each, or an archive's decisions. */
import { inArray } from 'drizzle-orm';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../database/database.ts';
import type { Applied } from '../../ledger/apply/apply.ts';
import type { ChangeReport } from '../operations.ts';

type AuditedList = Pick<Applied, 'status' | 'publishedAt'> & { list: string };

/** Of what a transaction of lists or of decisions answers. */
export function listsOf(result: unknown): { lists?: AuditedList[]; decisions?: readonly string[] } {
  if (!Array.isArray(result)) return { decisions: (result as ChangeReport).decisionIds };
  const lists = (result as Applied[]).map(({ snapshotId, status, publishedAt }) => ({
    ...{ list: snapshotId, status, publishedAt },
  }));
  return { lists };
}

/** The same, with the address from which each was fetched. */
export async function fetchedListsOf(
  applied: unknown,
  tx: Transaction,
): Promise<{ lists: (AuditedList & { fetchedFrom: string | undefined })[] }> {
  const { lists = [] } = listsOf(applied);
  const ids = lists.map(({ list }) => list);
  const rows = await tx
    .select({ id: snapshots.id, fetched: snapshots.fetched })
    .from(snapshots)
    .where(inArray(snapshots.id, ids));
  const addresses = new Map(rows.map(({ id, fetched }) => [id, fetched?.address]));
  return { lists: lists.map((list) => ({ ...list, fetchedFrom: addresses.get(list.list) })) };
}
