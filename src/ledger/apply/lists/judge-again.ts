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
import { type SettleOptions, settle } from '../settle.ts';
import { countEvents, type Told } from '../told.ts';
import { changeList, type ListCause, type StoredSnapshot } from './change-list.ts';
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
  /** Of the change, if there was one, and of each that was accepted. */
  told: Told[];
}

/**
 * Changes a list as {@link changeList} does, and judges those again that are held and were published with it or later:
 * they are compared with others now. The list itself is what the operator made of it, held too; but one that is held at
 * another time than before is judged by that. The caller writes the counters.
 */
export async function changeListAndJudge(
  tx: Transaction,
  locked: LockedLedger,
  list: StoredSnapshot,
  cause: ListCause,
  change: () => Promise<void>,
): Promise<JudgedAgain> {
  const { number } = list;
  const changed = await changeList(tx, locked, list, cause, change);
  const told = [countEvents(changed.events)];
  if (changed.from === null) {
    const redated = await judgeRedated(tx, changed.locked, list);
    return { ...redated, told: [...told, ...redated.told] };
  }
  const accepted = (await acceptedLists(tx)).find((each) => each.number === number);
  if (accepted !== undefined) await settleIssues(tx, [number], [accepted]);
  const judged = await judgeHeldAgain(tx, changed.locked, changed.from, number);
  return { ...judged, told: [...told, ...judged.told] };
}

/** Those that were published at this instant or later, but for the list of the number `except`. */
export async function judgeHeldAgain(
  tx: Transaction,
  locked: LockedLedger,
  from: string,
  except?: number,
): Promise<JudgedAgain> {
  return judgeHeld(tx, locked, ({ publishedAt, number }) => publishedAt >= from && number !== except);
}

/** Of a list that was held at another time, `before`: where it is accepted now, those held after it are judged too. */
async function judgeRedated(tx: Transaction, locked: LockedLedger, before: StoredSnapshot): Promise<JudgedAgain> {
  const { number, holdReasons } = before;
  const held = (await heldLists(tx)).find((each) => each.number === number);
  if (before.status !== 'HELD' || held === undefined || held.publishedAt === before.publishedAt.toISOString()) {
    return { locked, accepted: [], told: [] };
  }
  const itself = await judgeHeld(tx, locked, (each) => each.number === number);
  if (itself.accepted.length === 0) return itself;
  // They hold it again should it have its former time again.
  await tx.update(snapshots).set({ holdReasons }).where(eq(snapshots.number, number));
  const after = await judgeHeldAgain(tx, itself.locked, held.publishedAt, number);
  return { ...after, accepted: [...itself.accepted, ...after.accepted], told: [...itself.told, ...after.told] };
}

async function judgeHeld(
  tx: Transaction,
  locked: LockedLedger,
  which: (list: Publication) => boolean,
): Promise<JudgedAgain> {
  const waiting: Publication[] = [];
  for (const list of await heldLists(tx)) {
    if (which(list) && !(await stillHeldByItself(tx, list, locked.now))) waiting.push(list);
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
  await judge(tx, waiting.filter(isPast), { backfill: false, coming }, outcome);
  for (const list of waiting) if (!isPast(list)) await judge(tx, [list], { backfill: false, coming }, outcome);
  return outcome;
}

/** By what it says of itself, which costs no derivation; what it was compared for is asked once it says nothing. */
async function stillHeldByItself(tx: Transaction, list: Publication, now: string): Promise<boolean> {
  const own = holdReasonsOf(await storedFacts(tx, list), now);
  if (own.length === 0) return false;
  const [stored] = await tx
    .select({ holdReasons: snapshots.holdReasons })
    .from(snapshots)
    .where(eq(snapshots.number, list.number));
  const compared = (stored?.holdReasons ?? []).filter(({ rule }: HoldReason) => !itselfRules.has(rule));
  await tx
    .update(snapshots)
    .set({ holdReasons: [...own, ...compared] })
    .where(eq(snapshots.number, list.number));
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
