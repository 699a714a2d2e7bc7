/**
 * A person's word on a list: a held one takes effect or stays out, an accepted one never counted, any has a time. An
 * archive gives its decisions the `id` that they had.
 */
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { SnapshotStatus } from '../../../schema/enums.ts';
import { decisions } from '../../../schema/tables/decisions.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { newYorkDay } from '../../intake/new-york.ts';
import { parseGivenInstant } from '../../intake/published-at.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { type DecisionGiven, recordDecision } from '../../ledger/apply/decisions.ts';
import { type ListCause, type StoredSnapshot, settleList } from '../../ledger/apply/lists/change-list.ts';
import { changeListAndJudge } from '../../ledger/apply/lists/judge-again.ts';
import { signedBetween } from '../../ledger/apply/lists/list-facts.ts';
import { isAhead, isTooEarly, itselfLimits } from '../../ledger/derive/guard/guard-itself.ts';
import { type ChangeReport, Refusal } from '../operations.ts';
import { findId } from '../read-id.ts';
import { commitChange } from './report-change.ts';

/** Accepts a held list as if it had never been held. `backfill` is the operator's word that it is history. */
export function releaseList(
  db: Database,
  given: string,
  reason: string,
  backfill: boolean,
  id?: string,
): Promise<ChangeReport> {
  return onList(db, given, ['HELD'], (tx, locked, list) => {
    const why = `a held list published ${list.publishedAt.toISOString()} was released.`;
    return decide(tx, locked, list, { kind: 'RELEASE', backfill, reason, id }, { reason: why, backfill });
  });
}

/** Keeps a held list out; its rows stay stored. */
export function rejectList(db: Database, given: string, reason: string, id?: string): Promise<ChangeReport> {
  return onList(db, given, ['HELD'], (tx, locked, list) =>
    decide(tx, locked, list, { kind: 'REJECTION', reason, id }, { reason: 'a held list was rejected.' }),
  );
}

/** Derives everything as if an accepted list had never counted; its rows stay stored. */
export function withdrawList(db: Database, given: string, reason: string, id?: string): Promise<ChangeReport> {
  return onList(db, given, ['ACCEPTED'], (tx, locked, list) => {
    const why = `a list published ${list.publishedAt.toISOString()} was withdrawn: ${reason}`;
    return decide(tx, locked, list, { kind: 'WITHDRAWAL', reason, id }, { reason: why });
  });
}

const tooFarAhead = `more than ${itselfLimits.daysAhead.holdAbove} days in the future`;

/** Gives a list another time of publication. A held one is judged by that, and accepted where no reason is left. */
export function redateList(
  db: Database,
  given: string,
  publishedAt: string,
  reason: string,
  id?: string,
): Promise<ChangeReport> {
  const instant = parseGivenInstant(publishedAt);
  if (instant === null) {
    throw new Refusal('BAD_ARGUMENT', `"${publishedAt}" is neither a day nor an instant, such as 2026-02-02.`);
  }
  return onList(db, given, ['ACCEPTED', 'HELD'], async (tx, locked, list) => {
    const [before, after] = [list.publishedAt.toISOString(), new Date(instant).toISOString()];
    if (isAhead(after, locked.now)) throw new Refusal('BAD_ARGUMENT', `${after} is ${tooFarAhead}.`);
    if (after === before) throw new Refusal('BAD_ARGUMENT', `The list ${list.fileName} was published then already.`);
    if (list.status === 'ACCEPTED' && id === undefined) await refuseTooEarly(tx, list, after);
    const why = `a list published ${before} was published ${after}: ${reason}`;
    const redating = { kind: 'REDATING', publishedAt: new Date(after), reason, id } as const;
    const change = await decide(tx, locked, list, redating, { reason: why });
    return { ...change, notes: await whyStillHeld(tx, list.id) };
  });
}

/** A slip in the year of one that counts would be told as news. One that is held is judged by its new time. */
async function refuseTooEarly(tx: Transaction, list: StoredSnapshot, publishedAt: string): Promise<void> {
  const day = newYorkDay(publishedAt);
  const signed = await signedBetween(tx, list.number, day, newYorkDay(list.publishedAt.toISOString()));
  if (!isTooEarly(day) && signed <= itselfLimits.signedAfter.holdAbove) return;
  const why = signed > 0 ? `${signed} of its rows are signed later` : 'there are no lists of that time';
  throw new Refusal('BAD_ARGUMENT', `The list ${list.fileName} was not published on ${day}: ${why}.`);
}

async function whyStillHeld(tx: Transaction, id: string): Promise<string[]> {
  const { fileName, status, holdReasons } = await findList(tx, id);
  return status === 'HELD' ? holdReasons.map(({ message }) => `${fileName} is still held: ${message}`) : [];
}

/** Records the decision, and lets it take effect; the lists that are held after it are judged again. */
async function decide(
  tx: Transaction,
  locked: LockedLedger,
  list: StoredSnapshot,
  given: DecisionGiven,
  cause: Omit<ListCause, 'id'>,
): Promise<ChangeReport> {
  const id = await recordDecision(tx, locked, { ...given, snapshotNumber: list.number });
  const changed = await changeListAndJudge(tx, locked, list, { id, ...cause }, () => settleList(tx, list));
  return commitChange(tx, changed.locked, changed.told, [id], { accepted: changed.accepted });
}

function onList(
  db: Database,
  given: string,
  statuses: readonly SnapshotStatus[],
  work: (tx: Transaction, locked: LockedLedger, list: StoredSnapshot) => Promise<ChangeReport>,
): Promise<ChangeReport> {
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockForChange(tx);
      const list = await findList(tx, given);
      if (!statuses.includes(list.status)) {
        const wanted = statuses.join(' or ').toLowerCase();
        const code = statuses.includes('ACCEPTED') ? 'NOT_ACCEPTED' : 'NOT_HELD';
        const instead = await insteadOf(tx, list);
        throw new Refusal(code, `The list ${list.fileName} is ${list.status}, not ${wanted}${instead}`);
      }
      return work(tx, locked, list);
    },
    { long: true },
  );
}

/** The command for a list of this verdict; of a file that could not be read there is none. */
async function insteadOf(tx: Transaction, { id, number, status }: StoredSnapshot): Promise<string> {
  if (status === 'ACCEPTED') return `: "accord287 withdraw ${id}" takes it out.`;
  if (status === 'HELD')
    return `: "accord287 reject ${id}" keeps it out, "accord287 release ${id}" lets it take effect.`;
  const kind = status === 'REJECTED' ? 'REJECTION' : 'WITHDRAWAL';
  const [last] = await tx
    .select({ id: decisions.id })
    .from(decisions)
    .where(and(eq(decisions.snapshotNumber, number), eq(decisions.kind, kind), isNull(decisions.revokedAt)))
    .orderBy(desc(decisions.decidedAt));
  return last === undefined ? '.' : `: "accord287 revoke ${last.id}" takes that back.`;
}

/** Throws {@link Refusal} where no list has this id, or several begin so. */
export async function findList(tx: Database, given: string): Promise<StoredSnapshot> {
  const id = await findId(tx, given, 'snapshot');
  const [list] = await tx.select().from(snapshots).where(eq(snapshots.id, id));
  if (!list) throw new Refusal('NOT_FOUND', `There is no list ${id}.`);
  return list;
}
