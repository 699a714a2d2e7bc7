/** A person's word on a list: a held one takes effect or stays out, an accepted one never counted, any has a time. */
import { eq } from 'drizzle-orm';
import type { SnapshotStatus } from '../../../schema/enums.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, type LockedLedger } from '../../feed/log/event-log.ts';
import { parseGivenInstant } from '../../intake/published-at.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { type DecisionGiven, recordDecision } from '../../ledger/apply/decisions.ts';
import { changeList, type ListCause, type StoredSnapshot, settleList } from '../../ledger/apply/lists/change-list.ts';
import { judgeHeldAgain } from '../../ledger/apply/lists/judge-again.ts';
import { acceptedLists } from '../../ledger/apply/lists/publication.ts';
import { settleIssues } from '../../ledger/apply/rows/row-issues.ts';
import { countEvents } from '../../ledger/apply/settle.ts';
import { type ChangeReport, Refusal } from '../operations.ts';
import { findId } from '../read-id.ts';
import { reportChange } from './report-change.ts';

/** Accepts a held list as if it had never been held, and judges those held after it again. `backfill` is the operator's word that it is history. */
export function releaseList(db: Database, id: string, reason: string, backfill: boolean): Promise<ChangeReport> {
  return onList(db, id, ['HELD'], (tx, locked, list) => {
    const why = `a held list published ${list.publishedAt.toISOString()} was released.`;
    return decide(tx, locked, list, { kind: 'RELEASE', reason }, { reason: why, backfill }, true);
  });
}

/** Keeps a held list out; its rows stay stored. */
export function rejectList(db: Database, id: string, reason: string): Promise<ChangeReport> {
  return onList(db, id, ['HELD'], (tx, locked, list) =>
    decide(tx, locked, list, { kind: 'REJECTION', reason }, { reason: 'a held list was rejected.' }),
  );
}

/** Derives everything as if an accepted list had never counted; its rows stay stored. */
export function withdrawList(db: Database, id: string, reason: string): Promise<ChangeReport> {
  return onList(db, id, ['ACCEPTED'], (tx, locked, list) => {
    const why = `a list published ${list.publishedAt.toISOString()} was withdrawn: ${reason}`;
    return decide(tx, locked, list, { kind: 'WITHDRAWAL', reason }, { reason: why });
  });
}

/** Gives a list another time of publication. A held one stays held: at its time it takes effect once it is released. */
export function redateList(db: Database, id: string, publishedAt: string, reason: string): Promise<ChangeReport> {
  const instant = parseGivenInstant(publishedAt);
  if (instant === null) {
    throw new Refusal('BAD_ARGUMENT', `"${publishedAt}" is neither a day nor an instant, such as 2026-02-02.`);
  }
  return onList(db, id, ['ACCEPTED', 'HELD'], (tx, locked, list) => {
    const [before, after] = [list.publishedAt.toISOString(), new Date(instant).toISOString()];
    if (after > locked.now) throw new Refusal('BAD_ARGUMENT', `${after} is in the future.`);
    if (after === before) throw new Refusal('BAD_ARGUMENT', `The list ${list.fileName} was published then already.`);
    const why = `a list published ${before} was published ${after}: ${reason}`;
    const given = { kind: 'REDATING', publishedAt: new Date(after), reason } as const;
    return decide(tx, locked, list, given, { reason: why });
  });
}

/** Records the decision, and lets it take effect. */
async function decide(
  tx: Transaction,
  locked: LockedLedger,
  list: StoredSnapshot,
  given: DecisionGiven,
  cause: Omit<ListCause, 'id'>,
  /** The lists that are held after it are compared with others now. */
  judgesAgain = false,
): Promise<ChangeReport> {
  const id = await recordDecision(tx, locked, { ...given, snapshotNumber: list.number });
  const outcome = await changeList(tx, locked, list, { id, ...cause }, () => settleList(tx, list));
  const told = countEvents(outcome.events);
  const released = (await acceptedLists(tx)).find(({ number }) => number === list.number);
  if (!judgesAgain || released === undefined) {
    return reportChange(await commitRevision(tx, outcome.locked), [told], [id]);
  }
  await settleIssues(tx, [list.number], [released]);
  const judged = await judgeHeldAgain(tx, outcome.locked, released);
  const { accepted } = judged;
  return reportChange(await commitRevision(tx, judged.locked), [told, ...judged.told], [id], { accepted });
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
        throw new Refusal(code, `The list ${list.fileName} is ${list.status}, not ${wanted}.`);
      }
      return work(tx, locked, list);
    },
    { long: true },
  );
}

/** Throws {@link Refusal} where no list has this id, or several begin so. */
export async function findList(tx: Database, given: string): Promise<StoredSnapshot> {
  const id = await findId(tx, given, 'snapshot');
  const [list] = await tx.select().from(snapshots).where(eq(snapshots.id, id));
  if (!list) throw new Refusal('NOT_FOUND', `There is no list ${id}.`);
  return list;
}
