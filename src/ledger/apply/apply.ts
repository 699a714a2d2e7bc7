/**
 * A list becomes part of the ledger, in one transaction: lock, recognise a duplicate, store what was printed, judge,
 * derive, write, append events, commit. A crash anywhere before the commit leaves the ledger as it was.
 */
import { countDistinct, eq, sql } from 'drizzle-orm';
import type { EventKind, SnapshotKind, SnapshotStatus } from '../../../schema/enums.ts';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { type HoldReason, type Rejection, rowIssues, snapshots, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { appendEvents, commitRevision, type LockedLedger, lockLedger } from '../../feed/event-log.ts';
import { guard, type PlaceCounts } from '../derive/guard.ts';
import type { NameDecision } from '../derive/identity-links.ts';
import { RULES_VERSION } from '../derive/rules-version.ts';
import { advance, reportRepeated } from './advance.ts';
import { listedAt, placesItCanChange } from './late-list.ts';
import { acceptedLists, byPublication, type Publication } from './publication.ts';
import { rederive, type Trigger } from './rederive.ts';
import { decisionsInForce, raiseQuestions, settleQuestions } from './review-items.ts';
import { type Arrival, findDuplicate, storeList, storeRejected } from './store-list.ts';

export interface ApplyOptions {
  /** The operator's word that this is history. */
  backfill: boolean;
  /** Names that are derived together; fewer take less memory and more time. */
  namesAtOnce?: number;
}

const NAMES_AT_ONCE = 20_000;

/** What became of the file. */
export interface Applied {
  status: SnapshotStatus;
  kind: SnapshotKind | null;
  snapshotId: string;
  publishedAt: string;
  rowCount: number;
  issueCount: number;
  /** Rows that have at least one issue. */
  issueRowCount: number;
  holdReasons: readonly HoldReason[];
  rejection: Rejection | null;
  events: Partial<Record<EventKind, number>>;
  revision: bigint;
}

/** The stored state was derived by other rules than this program's. */
export class RulesMismatch extends Error {
  constructor(stored: number) {
    const older = stored > RULES_VERSION;
    super(
      older
        ? `The ledger was derived by rules ${stored}, this program has rules ${RULES_VERSION}: update the program.`
        : `The ledger was derived by rules ${stored}, this program has rules ${RULES_VERSION}: run "accord287 migrate".`,
    );
    this.name = 'RulesMismatch';
  }
}

/** Locks the ledger for whoever derives. Throws {@link RulesMismatch} where other rules derived what is stored. */
export async function lockForChange(tx: Transaction): Promise<LockedLedger> {
  const locked = await lockLedger(tx);
  if (locked.rulesVersion !== RULES_VERSION) throw new RulesMismatch(locked.rulesVersion);
  return locked;
}

/** Rolls the judged part of an ingest back and carries the reasons out. */
class Held extends Error {
  readonly reasons: HoldReason[];
  constructor(reasons: HoldReason[]) {
    super('held');
    this.reasons = reasons;
  }
}

/** Throws {@link RulesMismatch}, and what the database throws; then nothing has changed. */
export function applyList(db: Database, arrival: Arrival, options: ApplyOptions): Promise<Applied> {
  return inTransaction(db, (tx) => applyIn(tx, arrival, options), { long: true });
}

async function applyIn(tx: Transaction, arrival: Arrival, options: ApplyOptions): Promise<Applied> {
  const locked = await lockForChange(tx);
  const duplicate = await findDuplicate(tx, arrival);
  if (duplicate) {
    const { kind, id, publishedAt, rowCount, issueCount, rejection, holdReasons } = duplicate;
    return {
      ...{ status: repeatedVerdict(duplicate, arrival), kind, snapshotId: id, rowCount, issueCount, rejection },
      ...{ publishedAt: publishedAt.toISOString(), issueRowCount: 0, holdReasons },
      ...{ events: {}, revision: locked.revision },
    };
  }
  const { result, ...file } = arrival;
  if (!result.ok) {
    const { id } = await storeRejected(tx, { ...file, result }, locked.now);
    const { publishedAt, rejection } = result;
    return {
      ...{ status: 'REJECTED', kind: null, snapshotId: id, publishedAt, rowCount: 0, issueCount: 0, rejection },
      ...{ issueRowCount: 0, holdReasons: [], events: {}, revision: await commitRevision(tx, locked) },
    };
  }
  return admit(tx, locked, { ...file, result }, options);
}

/** A list that waits for a person, and a file that cannot be read, are no less so the second time. */
function repeatedVerdict({ status }: { status: SnapshotStatus }, { result }: Arrival): SnapshotStatus {
  if (status === 'HELD' || (status === 'REJECTED' && !result.ok)) return status;
  return 'DUPLICATE';
}

async function admit(
  tx: Transaction,
  locked: LockedLedger,
  arrival: Arrival & { result: { ok: true } },
  options: ApplyOptions,
): Promise<Applied> {
  const stored = await storeList(tx, arrival, locked.now);
  const lists = await acceptedLists(tx);
  const list = lists.find(({ number }) => number === stored.number);
  if (!list) throw new Error('the list that was stored is not there');
  const { kind, publishedAt, issues } = arrival.result.list;
  const unknownStates = issues.filter(({ code }) => code === 'UNKNOWN_STATE').length;
  const outcome = await settle(tx, locked, list, lists, { ...options, unknownStates, issueCount: issues.length });
  const [rows] = await tx
    .select({ withIssues: countDistinct(rowIssues.rowNumber) })
    .from(rowIssues)
    .where(eq(rowIssues.snapshotNumber, stored.number));
  return {
    ...{ kind, snapshotId: stored.id, publishedAt, rowCount: stored.rowCount, rejection: null },
    ...{ ...outcome, issueRowCount: rows?.withIssues ?? 0 },
  };
}

interface SettleOptions extends ApplyOptions {
  unknownStates: number;
  issueCount: number;
}

type Settled = Pick<Applied, 'status' | 'holdReasons' | 'events' | 'revision' | 'issueCount'>;

/** Derives with the list, or holds it and leaves the ledger as it was. */
async function settle(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  options: SettleOptions,
): Promise<Settled> {
  const live = isLive(list, lists) && !options.backfill;
  try {
    const done = await tx.transaction(async (inner) => {
      const outcome = await deriveWith(inner, locked, list, lists, options, live);
      const isFirst = !lists.some(({ kind, number }) => kind === list.kind && number !== list.number);
      const reasons = list.kind === 'PARTICIPATING' && !isFirst ? guard(outcome.counts, options.unknownStates) : [];
      if (reasons.length > 0) throw new Held(reasons);
      const repeated = await reportRepeated(inner, list, options.issueCount);
      return { ...outcome, issueCount: options.issueCount + repeated };
    });
    const { issueCount } = done;
    await tx.update(snapshots).set({ backfill: !live, issueCount }).where(eq(snapshots.number, list.number));
    const revision = await commitRevision(tx, done.locked);
    return { status: 'ACCEPTED', holdReasons: [], events: done.events, revision, issueCount };
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    const { reasons: holdReasons } = error;
    await tx.update(snapshots).set({ status: 'HELD', holdReasons }).where(eq(snapshots.number, list.number));
    const revision = await commitRevision(tx, locked);
    return { status: 'HELD', holdReasons, events: {}, revision, issueCount: options.issueCount };
  }
}

/** Live: the newest accepted list of its kind, and not the first. */
export function isLive(list: Publication, lists: readonly Publication[]): boolean {
  const others = lists.filter(({ kind, number }) => kind === list.kind && number !== list.number);
  return others.length > 0 && others.every((other) => byPublication(other, list) < 0);
}

interface Derived {
  locked: LockedLedger;
  events: Partial<Record<EventKind, number>>;
  counts: ReadonlyMap<string, PlaceCounts>;
}

async function deriveWith(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  { backfill, namesAtOnce = NAMES_AT_ONCE }: ApplyOptions,
  live: boolean,
): Promise<Derived> {
  const decisions = await decisionsInForce(tx);
  const isLast = lists.every((other) => byPublication(other, list) <= 0);
  if (isLast) {
    const outcome = await advance(tx, locked, list, lists, decisions, live, namesAtOnce);
    await raiseQuestions(tx, outcome.questions, locked.now);
    return outcome;
  }
  const reason = `a list published ${list.publishedAt} was ingested after later ones.`;
  const cause = { kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number } as const;
  const trigger: Trigger = { ...cause, occurredAt: list.publishedAt, reason, list, live, backfill };
  const listed = await listedAt(tx, list.publishedAt);
  const outcome = await rederiveAndAppend(tx, locked, await changedBy(tx, list, lists), lists, decisions, trigger);
  return { ...outcome, counts: new Map([...listed, ...outcome.counts]), events: countKinds(outcome.events) };
}

/** Derives places again and appends what that changes. The caller writes the counters. */
export async function rederiveAndAppend(
  tx: Transaction,
  locked: LockedLedger,
  placeCodes: readonly string[],
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  trigger: Trigger,
): Promise<Omit<Derived, 'events'> & { events: readonly EventRecord[] }> {
  const outcome = await rederive(tx, placeCodes, lists, decisions, trigger);
  await raiseQuestions(tx, outcome.questions, locked.now);
  await settleQuestions(tx, placeCodes, outcome.questions);
  return { ...outcome, locked: await appendEvents(tx, locked, outcome.events) };
}

/** The places to derive again because of this list. */
export const changedBy = async (
  tx: Transaction,
  list: Publication,
  lists: readonly Publication[],
): Promise<readonly string[]> => (await placesItCanChange(tx, list, lists)) ?? allPlaces(tx);

/** The places that any row names. */
export async function allPlaces(tx: Transaction): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ placeCode: sql<string>`${sourceRows.placeCode}` })
    .from(sourceRows)
    .where(sql`${sourceRows.placeCode} is not null`)
    .orderBy(sourceRows.placeCode);
  return rows.map(({ placeCode }) => placeCode);
}

export function countKinds(events: readonly Pick<EventRecord, 'kind'>[]): Partial<Record<EventKind, number>> {
  const counts: Partial<Record<EventKind, number>> = {};
  for (const { kind } of events) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
