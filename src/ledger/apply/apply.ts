/**
 * A list becomes part of the ledger, in one transaction: lock, recognise a duplicate, store what was printed, judge,
 * derive, write, append events, commit. A crash anywhere before the commit leaves the ledger as it was.
 */
import { count, countDistinct, eq } from 'drizzle-orm';
import type { SnapshotKind, SnapshotStatus } from '../../../schema/enums.ts';
import { type HoldReason, type Rejection, rowIssues } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, type LockedLedger, lockLedger } from '../../feed/log/event-log.ts';
import { RULES_VERSION } from '../derive/rules-version.ts';
import { type Arrival, findDuplicate, storeList, storeRejected } from './lists/store-list.ts';
import { spellingsInForce } from './rows/spellings-in-force.ts';
import { type SettleOptions, type Stored, settle } from './settle.ts';
import { addTold, nothingTold, type Told, toldInSum } from './told.ts';

/** What became of the file. */
export interface Applied extends Told {
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

/** Between reading a file and applying it a spelling was added or taken back: it is to be read again. */
export class SpellingsChanged extends Error {
  constructor() {
    super('the spellings changed since the file was read');
    this.name = 'SpellingsChanged';
  }
}

/** Locks the ledger for whoever derives. Throws {@link RulesMismatch} where other rules derived what is stored. */
export async function lockForChange(tx: Transaction): Promise<LockedLedger> {
  const locked = await lockLedger(tx);
  if (locked.rulesVersion !== RULES_VERSION) throw new RulesMismatch(locked.rulesVersion);
  return locked;
}

/** Throws {@link RulesMismatch}, {@link SpellingsChanged}, and what the database throws; then nothing has changed. */
export async function applyList(db: Database, arrival: Arrival, options: SettleOptions): Promise<Applied> {
  const [applied] = await inTransaction(db, (tx) => applyIn(tx, [arrival], options), { long: true });
  if (!applied) throw new Error('a list was applied without an outcome');
  return applied;
}

/**
 * Lists that are history, all in the ledger or none: what was published before others that are there is derived once
 * for all of them. In the order given. Throws as {@link applyList}.
 */
export function applyHistory(db: Database, arrivals: Arrivals): Promise<Applied[]> {
  return inTransaction(db, (tx) => applyIn(tx, arrivals, { backfill: true, why: TOGETHER }), { long: true });
}

const TOGETHER = 'they were published long before others, or the operator said so';

/** May come one by one, so that not all need be in memory. */
type Arrivals = Iterable<Arrival> | AsyncIterable<Arrival>;

async function applyIn(tx: Transaction, arrivals: Arrivals, options: SettleOptions): Promise<Applied[]> {
  const locked = await lockForChange(tx);
  const { stamp } = await spellingsInForce(tx);
  const received: Received[] = [];
  for await (const arrival of arrivals) {
    if ((arrival.readWith ?? stamp) !== stamp) throw new SpellingsChanged();
    received.push(await receive(tx, locked, arrival));
  }
  const stored = received.flatMap((each) => each.stored ?? []);
  const settled = await settle(tx, locked, stored, options);
  const revision = received.some(({ isNew }) => isNew) ? await commitRevision(tx, settled.locked) : locked.revision;
  const applied: Applied[] = [];
  for (const { stored, applied: facts } of received) {
    const verdict = stored && settled.verdicts.get(stored.number);
    const outcome = stored && { ...verdict, ...(await countIssues(tx, stored.number)) };
    // The event that tells it in sum is put down to the list that it began with.
    const isSummed = stored !== undefined && stored.number === settled.locked.sum?.snapshotNumber;
    const told = verdict && isSummed ? addTold([verdict, toldInSum(settled.locked)]) : {};
    applied.push({ ...facts, ...outcome, ...told, revision });
  }
  return applied;
}

/** A file whose rows are stored and wait to be judged, or with which all is said. */
interface Received {
  applied: Omit<Applied, 'revision'>;
  isNew: boolean;
  stored?: Stored;
}

async function receive(tx: Transaction, locked: LockedLedger, arrival: Arrival): Promise<Received> {
  const nothing = { rowCount: 0, issueCount: 0, issueRowCount: 0, holdReasons: [], rejection: null, ...nothingTold };
  const duplicate = await findDuplicate(tx, arrival);
  // Of a copy whose bytes are others nothing is stored that could name them.
  if (duplicate === null || duplicate.sha256 === arrival.result.sha256) await arrival.keep?.(tx);
  if (duplicate) {
    const { kind, id, publishedAt, rowCount, issueCount, rejection, holdReasons } = duplicate;
    const facts = { kind, snapshotId: id, publishedAt: publishedAt.toISOString(), rowCount, issueCount };
    const status = repeatedVerdict(duplicate, arrival);
    return { applied: { ...nothing, ...facts, rejection, holdReasons, status }, isNew: false };
  }
  const { result, ...file } = arrival;
  if (!result.ok) {
    const { id } = await storeRejected(tx, { ...file, result }, locked.now);
    const { publishedAt, rejection } = result;
    const facts = { status: 'REJECTED', kind: null, snapshotId: id, publishedAt, rejection } as const;
    return { applied: { ...nothing, ...facts }, isNew: true };
  }
  const { number, id, rowCount } = await storeList(tx, { ...file, result }, locked.now);
  const { kind, publishedAt, issues } = result.list;
  return {
    applied: { ...nothing, status: 'ACCEPTED', kind, snapshotId: id, publishedAt, rowCount },
    isNew: true,
    stored: { number, issueCount: issues.length, isNew: true },
  };
}

/** A list that waits for a person, and a file that cannot be read, are no less so the second time. */
function repeatedVerdict({ status }: { status: SnapshotStatus }, { result }: Arrival): SnapshotStatus {
  if (status === 'HELD' || (status === 'REJECTED' && !result.ok)) return status;
  return 'DUPLICATE';
}

async function countIssues(
  tx: Transaction,
  snapshotNumber: number,
): Promise<Pick<Applied, 'issueCount' | 'issueRowCount'>> {
  const [counted] = await tx
    .select({ issueCount: count(), issueRowCount: countDistinct(rowIssues.rowNumber) })
    .from(rowIssues)
    .where(eq(rowIssues.snapshotNumber, snapshotNumber));
  return counted ?? { issueCount: 0, issueRowCount: 0 };
}
