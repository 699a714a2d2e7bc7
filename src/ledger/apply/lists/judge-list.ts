/** Why a stored list has to wait for a person: what the guard is asked, from what is stored and what was derived. */
import type { HoldReason } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import type { LockedLedger } from '../../../feed/log/event-log.ts';
import { differenceInDays } from '../../derive/days.ts';
import type { PlaceCounts } from '../../derive/guard/count-changes.ts';
import { guard, guardIssueRows, guardPending } from '../../derive/guard/guard.ts';
import { holdReasonsOf } from '../../derive/guard/guard-itself.ts';
import { ownIssueRows, pendingRepeats, storedFacts } from './list-facts.ts';
import { type Publication, predecessor } from './publication.ts';

/** What needs no derivation: what the list says of itself, and the rows with issues that the list before has not. */
export async function reasonsBefore(
  tx: Transaction,
  { now }: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
): Promise<HoldReason[]> {
  const facts = await storedFacts(tx, list);
  const before = predecessor(lists, list);
  const own = holdReasonsOf(facts, now);
  if (own.length > 0 || before === null || list.kind === 'PENDING') return own;
  return guardIssueRows(await ownIssueRows(tx, list.number, before.number), facts.rowCount);
}

/** All reasons; `counts` is what the list, and those that arrived with it, change today. */
export async function reasonsToHold(
  tx: Transaction,
  { now }: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  counts: ReadonlyMap<string, PlaceCounts>,
): Promise<HoldReason[]> {
  const facts = await storedFacts(tx, list);
  const before = predecessor(lists, list);
  const own = holdReasonsOf(facts, now);
  return before === null ? own : [...own, ...(await compare(tx, list, before, facts.rowCount, counts))];
}

async function compare(
  tx: Transaction,
  list: Publication,
  before: Publication,
  rowCount: number,
  counts: ReadonlyMap<string, PlaceCounts>,
): Promise<HoldReason[]> {
  if (list.kind === 'PENDING') {
    const { rows, standing } = await pendingRepeats(tx, list.number);
    return guardPending(rows, standing);
  }
  const weeks = Math.max(1, Math.ceil(differenceInDays(before.publishedAt, list.publishedAt) / 7));
  return guard(counts, { weeks, rowCount, issueRows: await ownIssueRows(tx, list.number, before.number) });
}
