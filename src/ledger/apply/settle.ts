/**
 * What stored lists make of the ledger: derived and accepted, or, where the guard says so, held. The newest list is one
 * step on what is stored; late ones are derived again with all that follows them.
 */
import { eq, inArray } from 'drizzle-orm';
import type { EventKind, SnapshotKind } from '../../../schema/enums.ts';
import { type EventRecord, ledgerEvents } from '../../../schema/tables/events.ts';
import { type HoldReason, snapshots } from '../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../database/database.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { differenceInDays } from '../derive/days.ts';
import type { PlaceCounts } from '../derive/guard/count-changes.ts';
import { guard, guardPending } from '../derive/guard/guard.ts';
import { holdReasonsOf } from '../derive/guard/guard-itself.ts';
import type { NameDecision } from '../derive/names/identity-links.ts';
import { whyHistory } from '../derive/tell/tell-in-sum.ts';
import { addCounts, advance, listedByPlace, reportRepeated, reportUnlikely } from './advance.ts';
import { decisionsInForce } from './decisions.ts';
import { placesTheyCanChange } from './lists/late-list.ts';
import { ownIssueRows, pendingRepeats, storedFacts } from './lists/list-facts.ts';
import { acceptedLists, type Publication, predecessor } from './lists/publication.ts';
import { placeRows } from './places/place-rows.ts';
import { askAgain, type Rederived, rederive, rederiveAndAppend, type Trigger } from './rederive.ts';
import { raiseQuestions } from './review-items.ts';
import { settleUnread } from './rows/unread-items.ts';

/** A list whose rows are stored and that waits to be judged. */
export interface Stored {
  number: number;
  /** Found in reading it. */
  issueCount: number;
}

export interface SettleOptions {
  /** The operator's word that this is history. Several lists at once always are. */
  backfill: boolean;
  /** Why that is so, for people. */
  why?: string;
  /** Publication of the newest list of each kind that comes with it: what is much older is history. */
  coming?: Partial<Record<SnapshotKind, string>>;
  /** Names that are derived together; fewer take less memory and more time. */
  namesAtOnce?: number;
}

const NAMES_AT_ONCE = 20_000;

export interface Verdict extends Told {
  status: 'ACCEPTED' | 'HELD';
  holdReasons: readonly HoldReason[];
}

interface Settled {
  locked: LockedLedger;
  verdicts: Map<number, Verdict>;
}

/** Rolls back what was derived with a list that has to wait for a person. */
class Held extends Error {
  readonly list: Publication;
  readonly reasons: HoldReason[];
  constructor(list: Publication, reasons: HoldReason[]) {
    super('held');
    this.list = list;
    this.reasons = reasons;
  }
}

/** Rolls back what was derived with several lists that may hold each other up: each is judged by itself. */
class TooMuchTogether extends Error {}

/** Derives with these lists, in the order of their publication, but for those that the guard holds. */
export async function settle(
  tx: Transaction,
  locked: LockedLedger,
  stored: readonly Stored[],
  options: SettleOptions,
): Promise<Settled> {
  const verdicts = new Map<number, Verdict>();
  for (;;) {
    const waiting = new Map(stored.filter(({ number }) => !verdicts.has(number)).map((each) => [each.number, each]));
    const lists = await acceptedLists(tx);
    const arrived = lists.flatMap((list) => {
      const facts = waiting.get(list.number);
      return facts ? [{ ...list, ...facts }] : [];
    });
    const last = arrived.at(-1);
    if (!last) return { locked, verdicts };
    if (arrived.length > 1 && (await holdByItself(tx, locked, arrived, verdicts))) continue;
    try {
      const outcome = await tx.transaction((inner) => deriveWith(inner, locked, arrived, last, lists, options));
      for (const { number } of arrived) {
        verdicts.set(number, { status: 'ACCEPTED', holdReasons: [], ...(outcome.told.get(number) ?? nothingTold) });
      }
      return { locked: outcome.locked, verdicts };
    } catch (error) {
      if (error instanceof TooMuchTogether) {
        const apart = await settleOneByOne(tx, locked, arrived, options);
        return { locked: apart.locked, verdicts: new Map([...verdicts, ...apart.verdicts]) };
      }
      if (!(error instanceof Held)) throw error;
      const { list, reasons: holdReasons } = error;
      await tx.update(snapshots).set({ status: 'HELD', holdReasons }).where(eq(snapshots.number, list.number));
      verdicts.set(list.number, { status: 'HELD', holdReasons, ...nothingTold });
    }
  }
}

/** Of many lists each that has to wait would undo the work on all: what it says of itself is asked before. */
async function holdByItself(
  tx: Transaction,
  { now }: LockedLedger,
  arrived: readonly Publication[],
  verdicts: Map<number, Verdict>,
): Promise<boolean> {
  let isHeld = false;
  for (const { number } of arrived) {
    const facts = await storedFacts(tx, number);
    const holdReasons = facts === null ? [] : holdReasonsOf(facts, now);
    if (holdReasons.length === 0) continue;
    await tx.update(snapshots).set({ status: 'HELD', holdReasons }).where(eq(snapshots.number, number));
    verdicts.set(number, { status: 'HELD', holdReasons, ...nothingTold });
    isHeld = true;
  }
  return isHeld;
}

async function settleOneByOne(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  options: SettleOptions,
): Promise<Settled> {
  const numbers = arrived.map(({ number }) => number);
  await tx.update(snapshots).set({ status: 'HELD' }).where(inArray(snapshots.number, numbers));
  const settled: Settled = { locked, verdicts: new Map() };
  for (const list of arrived) {
    await tx.update(snapshots).set({ status: 'ACCEPTED' }).where(eq(snapshots.number, list.number));
    const outcome = await settle(tx, settled.locked, [list], options);
    settled.locked = outcome.locked;
    for (const [number, verdict] of outcome.verdicts) settled.verdicts.set(number, verdict);
  }
  return settled;
}

interface Derived {
  locked: LockedLedger;
  /** By the number of the list. */
  told: ReadonlyMap<number, Told>;
  /** What the lists change today, by place. */
  counts: ReadonlyMap<string, PlaceCounts>;
}

/** What was appended to the log, counted. */
export interface Told {
  events: Partial<Record<EventKind, number>>;
  /** How many of them are news, which watchers see at once; the rest is history. */
  liveEvents: number;
}

export const nothingTold: Told = { events: {}, liveEvents: 0 };

/** Throws {@link Held} for the first list that has to wait; then the caller rolls back. */
async function deriveWith(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  last: Publication,
  lists: readonly Publication[],
  options: SettleOptions,
): Promise<Derived> {
  const others = lists.filter(({ number }) => number !== last.number);
  const why = whyHistory(last, others, options.coming?.[last.kind], options.backfill);
  const history = why && (options.why ?? why);
  // Of one that was accepted before and held again the log has events already, which a step does not know.
  const isNewest = arrived.length === 1 && lists.at(-1)?.number === last.number && !(await wasTold(tx, last));
  const outcome = isNewest
    ? await takeNewest(tx, locked, last, lists, history, options)
    : await takeLate(tx, locked, arrived, last, lists, history);
  await judge(tx, locked, arrived, lists, outcome.counts);
  await settleUnread(tx, lists, await decisionsInForce(tx), locked.now);
  for (const list of arrived) {
    let { issueCount } = list;
    if (list.kind === 'PARTICIPATING') issueCount += await reportUnlikely(tx, list, issueCount);
    issueCount += await reportRepeated(tx, list, issueCount);
    await tx
      .update(snapshots)
      .set({ backfill: history !== null, issueCount })
      .where(eq(snapshots.number, list.number));
  }
  return outcome;
}

/** By what each list says of itself, then by what they change: that, where it is too much, is asked of each alone. */
async function judge(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  lists: readonly Publication[],
  counts: ReadonlyMap<string, PlaceCounts>,
): Promise<void> {
  for (const list of arrived) {
    const facts = await storedFacts(tx, list.number);
    const before = predecessor(lists, list);
    const reasons = facts === null ? [] : holdReasonsOf(facts, locked.now);
    const alone = reasons.length;
    if (before !== null) reasons.push(...(await compare(tx, list, before, facts?.rowCount ?? 0, counts)));
    if (alone === 0 && reasons.length > 0 && arrived.length > 1) throw new TooMuchTogether();
    if (reasons.length > 0) throw new Held(list, reasons);
  }
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

async function takeNewest(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  history: string | null,
  { namesAtOnce = NAMES_AT_ONCE }: SettleOptions,
): Promise<Derived> {
  const decisions = await decisionsInForce(tx);
  // The first list of its kind is compared with nothing.
  const isCompared = list.kind === 'PARTICIPATING' && predecessor(lists, list) !== null;
  const listed = isCompared ? await listedByPlace(tx) : null;
  const moved = await moveRows(tx, locked, list, lists, decisions);
  const outcome = await advance(tx, locked, list, lists, decisions, { history, namesAtOnce, counts: listed, moved });
  await raiseQuestions(tx, outcome.questions, locked.now);
  const { locked: grown, events, counts } = outcome;
  const appended = Number(grown.lastSequence - locked.lastSequence);
  const liveEvents = history === null ? appended : Math.min(appended, 1);
  return { locked: grown, told: new Map([[list.number, { events, liveEvents }]]), counts };
}

/** Places rows that the newest list shows to be in the wrong state, and derives with it what it moves between. */
async function moveRows(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
): Promise<Rederived | null> {
  const moved = await placeRows(tx, lists, { list, before: predecessor(lists, list) });
  if (moved.length === 0) return null;
  const trigger: Trigger = {
    ...{ kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number, occurredAt: list.publishedAt },
    ...{ reason: 'a later list corrected STATE.', lists: [list], history: null },
  };
  const outcome = await rederive(tx, [], lists, decisions, trigger, moved);
  await askAgain(tx, outcome, locked.now);
  return outcome;
}

async function takeLate(
  tx: Transaction,
  locked: LockedLedger,
  late: readonly Publication[],
  last: Publication,
  lists: readonly Publication[],
  history: string | null,
): Promise<Derived> {
  const [first] = late;
  const which =
    first === undefined || late.length === 1
      ? `a list published ${last.publishedAt} was`
      : `${late.length} lists published ${first.publishedAt} to ${last.publishedAt} were`;
  const trigger: Trigger = {
    ...{ kind: 'SNAPSHOT', id: last.id, snapshotNumber: last.number, occurredAt: last.publishedAt },
    ...{ reason: `${which} ingested after later ones.`, lists: late, history, judgedAfter: true },
  };
  const counts = await listedByPlace(tx);
  const places = await placesTheyCanChange(tx, late, lists);
  const outcome = await rederiveAndAppend(tx, locked, places, lists, await decisionsInForce(tx), trigger);
  addCounts(counts, outcome.counts);
  // What the lists change of others, retractions among it, is put down to the last of them.
  const cause = ({ snapshotNumber }: EventRecord): number =>
    late.find(({ number }) => number === snapshotNumber)?.number ?? last.number;
  const told = late.map(
    ({ number }) => [number, countEvents(outcome.events.filter((event) => cause(event) === number))] as const,
  );
  return { locked: outcome.locked, counts, told: new Map(told) };
}

async function wasTold(tx: Transaction, { number }: Publication): Promise<boolean> {
  const [event] = await tx
    .select({ id: ledgerEvents.id })
    .from(ledgerEvents)
    .where(eq(ledgerEvents.snapshotNumber, number))
    .limit(1);
  return event !== undefined;
}

export function countEvents(appended: readonly Pick<EventRecord, 'kind' | 'backfill'>[]): Told {
  const events: Told['events'] = {};
  for (const { kind } of appended) events[kind] = (events[kind] ?? 0) + 1;
  return { events, liveEvents: appended.filter(({ backfill }) => !backfill).length };
}
