/**
 * Held lists judged again, once what they are compared with or how they are read changed: in the order of publication,
 * as if each arrived now. Those without reasons left are accepted.
 */
import { eq, inArray } from 'drizzle-orm';
import { type HoldReason, snapshots } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import type { LockedLedger } from '../../../feed/log/event-log.ts';
import { holdReasonsOf, itselfRules } from '../../derive/guard/guard-itself.ts';
import { whyHistory } from '../../derive/tell/tell-in-sum.ts';
import { settleIssues } from '../rows/row-issues.ts';
import { type SettleOptions, settle, type Told } from '../settle.ts';
import { storedFacts } from './list-facts.ts';
import { acceptedLists, byPublication, heldLists, type Publication } from './publication.ts';

/** A list by what a person knows it by. */
export interface NamedList {
  id: string;
  fileName: string;
}

export interface JudgedAgain {
  locked: LockedLedger;
  accepted: NamedList[];
  /** One for each that was accepted. */
  told: Told[];
}

/** Those that were published with this list or after it. */
export async function judgeHeldAgain(tx: Transaction, locked: LockedLedger, from: Publication): Promise<JudgedAgain> {
  const waiting: Publication[] = [];
  for (const list of await heldLists(tx)) {
    if (byPublication(list, from) < 0) continue;
    if (!(await stillHeldByItself(tx, list, locked.now))) waiting.push(list);
  }
  const coming = Object.fromEntries(waiting.map(({ kind, publishedAt }) => [kind, publishedAt]));
  const outcome: JudgedAgain = { locked, accepted: [], told: [] };
  const known = await acceptedLists(tx);
  const newest = known.at(-1);
  const isPast = (list: Publication): boolean =>
    newest !== undefined &&
    byPublication(list, newest) < 0 &&
    whyHistory(list, known, coming[list.kind], false) !== null;
  // What is told in sum is derived once for all; what is news, list by list.
  await judge(tx, waiting.filter(isPast), { backfill: false }, outcome);
  for (const list of waiting) if (!isPast(list)) await judge(tx, [list], { backfill: false, coming }, outcome);
  return outcome;
}

/** By what it says of itself, which costs no derivation; what it was compared for is asked once it says nothing. */
async function stillHeldByItself(tx: Transaction, { number }: Publication, now: string): Promise<boolean> {
  const facts = await storedFacts(tx, number);
  const own = facts === null ? [] : holdReasonsOf(facts, now);
  if (own.length === 0) return false;
  const [stored] = await tx
    .select({ holdReasons: snapshots.holdReasons })
    .from(snapshots)
    .where(eq(snapshots.number, number));
  const compared = (stored?.holdReasons ?? []).filter(({ rule }: HoldReason) => !itselfRules.has(rule));
  await tx
    .update(snapshots)
    .set({ holdReasons: [...own, ...compared] })
    .where(eq(snapshots.number, number));
  return true;
}

async function judge(
  tx: Transaction,
  lists: readonly Publication[],
  options: SettleOptions,
  outcome: JudgedAgain,
): Promise<void> {
  if (lists.length === 0) return;
  const numbers = lists.map(({ number }) => number);
  const { number, id, fileName, issueCount } = snapshots;
  // Which agreements stand twice on them is found when they are accepted.
  await settleIssues(tx, numbers, []);
  const stored = await tx
    .update(snapshots)
    .set({ status: 'ACCEPTED', holdReasons: [] })
    .where(inArray(number, numbers))
    .returning({ number, id, fileName, issueCount });
  const settled = await settle(tx, outcome.locked, stored, options);
  outcome.locked = settled.locked;
  for (const list of stored.sort((a, b) => numbers.indexOf(a.number) - numbers.indexOf(b.number))) {
    const verdict = settled.verdicts.get(list.number);
    if (verdict?.status !== 'ACCEPTED') continue;
    outcome.accepted.push({ id: list.id, fileName: list.fileName });
    outcome.told.push(verdict);
  }
}
