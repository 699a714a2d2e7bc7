/**
 * What stored lists make of the ledger: derived and accepted, or, where the guard says so, held. The newest list is one
 * step on what is stored; late ones are derived again with all that follows them.
 */
import { eq, inArray } from 'drizzle-orm';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { ledgerEvents } from '../../../schema/tables/events.ts';
import { type HoldReason, snapshots } from '../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../database/database.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import type { PlaceCounts } from '../derive/guard/count-changes.ts';
import type { NameDecision } from '../derive/names/identity-links.ts';
import { whyHistory } from '../derive/tell/tell-in-sum.ts';
import { addCounts, advance, listedByPlace, reportRepeated, reportUnlikely } from './advance.ts';
import { decisionsInForce } from './decisions.ts';
import { reasonsBefore, reasonsToHold } from './lists/judge-list.ts';
import { placesTheyCanChange } from './lists/late-list.ts';
import { acceptedLists, type Publication, predecessor } from './lists/publication.ts';
import { placeRows, placesOfReturned } from './places/place-rows.ts';
import { askAgain, type Rederived, rederive, rederiveAndAppend, type Trigger } from './rederive.ts';
import { raiseQuestions } from './review-items.ts';
import { settleUnread } from './rows/unread-items.ts';
import { countByList, nothingTold, type Told } from './told.ts';

/** A list whose rows are stored and that waits to be judged. */
export interface Stored {
  number: number;
  /** Found in reading it. */
  issueCount: number;
  /** Stored in this transaction, so that no event can tell of it yet. */
  isNew?: boolean;
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

/** Rolls back what was derived with several lists of which one or more have to wait: which, is found in halves of them. */
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
    if (arrived.length === 0) return { locked, verdicts };
    try {
      const outcome = await tx.transaction((inner) => settleTogether(inner, locked, arrived, lists, options));
      return { locked: outcome.locked, verdicts: new Map([...verdicts, ...outcome.verdicts]) };
    } catch (error) {
      if (error instanceof TooMuchTogether) {
        const apart = await settleHalves(tx, locked, arrived, options);
        return { locked: apart.locked, verdicts: new Map([...verdicts, ...apart.verdicts]) };
      }
      if (!(error instanceof Held)) throw error;
      verdicts.set(error.list.number, await hold(tx, error.list, error.reasons));
    }
  }
}

/** Throws {@link Held} for the one list, {@link TooMuchTogether} for several; then the caller rolls back. */
async function settleTogether(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  known: readonly Publication[],
  options: SettleOptions,
): Promise<Settled> {
  const verdicts = new Map<number, Verdict>();
  // Of many lists each that has to wait would undo the work on all: what costs no derivation is asked before.
  if (arrived.length > 1) {
    for (const list of arrived) {
      const reasons = await reasonsBefore(tx, locked, list, without(known, verdicts));
      if (reasons.length > 0) verdicts.set(list.number, await hold(tx, list, reasons));
    }
  }
  const [lists, together] = [without(known, verdicts), without(arrived, verdicts)];
  const last = together.at(-1);
  if (!last) return { locked, verdicts };
  const outcome = await deriveWith(tx, locked, together, last, lists, options);
  for (const { number } of together) {
    verdicts.set(number, { status: 'ACCEPTED', holdReasons: [], ...(outcome.told.get(number) ?? nothingTold) });
  }
  return { locked: outcome.locked, verdicts };
}

const without = <List extends Publication>(lists: readonly List[], held: ReadonlyMap<number, Verdict>): List[] =>
  lists.filter(({ number }) => !held.has(number));

async function hold(tx: Transaction, { number }: Publication, holdReasons: readonly HoldReason[]): Promise<Verdict> {
  await tx
    .update(snapshots)
    .set({ status: 'HELD', holdReasons: [...holdReasons] })
    .where(eq(snapshots.number, number));
  return { status: 'HELD', holdReasons, ...nothingTold };
}

/** In their order: those that need not wait are found with as few derivations as halving finds them. */
async function settleHalves(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  options: SettleOptions,
): Promise<Settled> {
  const numbers = arrived.map(({ number }) => number);
  await tx.update(snapshots).set({ status: 'HELD' }).where(inArray(snapshots.number, numbers));
  const settled: Settled = { locked, verdicts: new Map() };
  const middle = Math.ceil(numbers.length / 2);
  for (const half of [numbers.slice(0, middle), numbers.slice(middle)]) {
    await tx.update(snapshots).set({ status: 'ACCEPTED' }).where(inArray(snapshots.number, half));
    const some = arrived.filter(({ number }) => half.includes(number));
    const outcome = await settle(tx, settled.locked, some, options);
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

/** Throws as {@link settleTogether}. */
async function deriveWith(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly (Publication & Stored)[],
  last: Publication & Stored,
  lists: readonly Publication[],
  options: SettleOptions,
): Promise<Derived> {
  const others = lists.filter(({ number }) => number !== last.number);
  const why = whyHistory(last, others, options.coming?.[last.kind], options.backfill);
  const history = why && (options.why ?? why);
  // Of one that was accepted before and held again the log has events already, which a step does not know.
  const isNewest = arrived.length === 1 && lists.at(-1)?.number === last.number && !(await wasTold(tx, last));
  const decisions = await decisionsInForce(tx);
  const outcome = isNewest
    ? await takeNewest(tx, locked, last, lists, decisions, history, options)
    : await takeLate(tx, locked, arrived, last, lists, decisions, history);
  await judge(tx, locked, arrived, lists, outcome.counts);
  await settleUnread(tx, lists, decisions, locked.now);
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

/**
 * By what each list says of itself, then by what they change together: what a later one puts right of an earlier one is
 * no change, as if that one had come after it. Throws as {@link settleTogether}.
 */
async function judge(
  tx: Transaction,
  locked: LockedLedger,
  arrived: readonly Publication[],
  lists: readonly Publication[],
  counts: ReadonlyMap<string, PlaceCounts>,
): Promise<void> {
  for (const list of arrived) {
    const reasons = await reasonsToHold(tx, locked, list, lists, counts);
    if (reasons.length === 0) continue;
    throw arrived.length > 1 ? new TooMuchTogether() : new Held(list, reasons);
  }
}

async function takeNewest(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  history: string | null,
  { namesAtOnce = NAMES_AT_ONCE }: SettleOptions,
): Promise<Derived> {
  // The first list of its kind is compared with nothing.
  const isCompared = list.kind === 'PARTICIPATING' && predecessor(lists, list) !== null;
  const listed = isCompared ? await listedByPlace(tx) : null;
  const moved = await moveAgencies(tx, locked, list, lists, decisions);
  const outcome = await advance(tx, locked, list, lists, decisions, { history, namesAtOnce, counts: listed, moved });
  await raiseQuestions(tx, outcome.questions, locked.now);
  const { locked: grown, events, counts } = outcome;
  const appended = Number(grown.lastSequence - locked.lastSequence);
  const liveEvents = history === null ? appended : 0;
  return { locked: grown, told: new Map([[list.number, { events, liveEvents }]]), counts };
}

/**
 * Places rows that the newest list shows to be in the wrong state, and derives with it what it moves between. So are
 * agencies derived that it takes from the one that answered for them.
 */
async function moveAgencies(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
): Promise<Rederived | null> {
  const moved = await placeRows(tx, lists, { list, before: predecessor(lists, list) });
  const returned = await placesOfReturned(tx, list);
  if (moved.length + returned.length === 0) return null;
  const trigger: Trigger = {
    ...{ kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number, occurredAt: list.publishedAt },
    reason: moved.length > 0 ? 'a later list corrected STATE.' : 'a later list prints the agency on its own.',
    ...{ lists: [list], history: null },
  };
  const outcome = await rederive(tx, returned, lists, decisions, trigger, moved);
  await askAgain(tx, outcome, locked.now);
  return outcome;
}

async function takeLate(
  tx: Transaction,
  locked: LockedLedger,
  late: readonly Publication[],
  last: Publication,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
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
  const outcome = await rederiveAndAppend(tx, locked, places, lists, decisions, trigger);
  addCounts(counts, outcome.counts);
  return { locked: outcome.locked, counts, told: countByList(outcome.events, late, last) };
}

async function wasTold(tx: Transaction, { number, isNew }: Stored): Promise<boolean> {
  if (isNew) return false;
  const [event] = await tx
    .select({ id: ledgerEvents.id })
    .from(ledgerEvents)
    .where(eq(ledgerEvents.snapshotNumber, number))
    .limit(1);
  return event !== undefined;
}
