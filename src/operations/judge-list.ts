/** A held list and a person's word on it: released into the ledger, or rejected for good. */
import { eq } from 'drizzle-orm';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../database/database.ts';
import { inTransaction } from '../database/transaction.ts';
import { commitRevision, type LockedLedger } from '../feed/event-log.ts';
import { lockForChange } from '../ledger/apply/apply.ts';
import { decisionsInForce, recordDecision } from '../ledger/apply/decisions.ts';
import { placesTheyCanChange } from '../ledger/apply/late-list.ts';
import { acceptedLists } from '../ledger/apply/publication.ts';
import { rederiveAndAppend } from '../ledger/apply/rederive.ts';
import { whyHistory } from '../ledger/derive/tell-in-sum.ts';
import { type ChangeReport, Refusal } from './operations.ts';
import { readId } from './read-id.ts';
import { reportChange } from './report-change.ts';
import { currentRevision } from './revision.ts';
import { tryOut } from './try-out.ts';

type Snapshot = typeof snapshots.$inferSelect;

/** Accepts a held list as if it had never been held. `backfill` is the operator's word that it is history. */
export function releaseList(db: Database, id: string, reason: string, backfill: boolean): Promise<ChangeReport> {
  return onHeld(db, id, async (tx, locked, held) => {
    const verdict = { status: 'ACCEPTED' as const, decidedAt: new Date(locked.now), decidedReason: reason };
    await tx.update(snapshots).set(verdict).where(eq(snapshots.number, held.number));
    const decision = await recordDecision(tx, locked, { kind: 'RELEASE', snapshotNumber: held.number, reason });
    const lists = await acceptedLists(tx);
    const list = lists.find(({ number }) => number === held.number);
    if (!list) throw new Error('the released list is not among the accepted ones');
    const others = lists.filter(({ number }) => number !== list.number);
    const history = whyHistory(list, others, undefined, backfill);
    const outcome = await rederiveAndAppend(
      tx,
      locked,
      await placesTheyCanChange(tx, [list], lists),
      lists,
      await decisionsInForce(tx),
      {
        ...{ kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number, occurredAt: list.publishedAt },
        ...{ lists: [list], history, reason: `a held list published ${list.publishedAt} was released.` },
      },
    );
    await tx
      .update(snapshots)
      .set({ backfill: history !== null })
      .where(eq(snapshots.number, held.number));
    const revision = await commitRevision(tx, outcome.locked);
    return reportChange(revision, outcome.events, [decision]);
  });
}

/** What a release would change. Nothing is kept. */
export async function tryRelease(db: Database, id: string, reason: string, backfill: boolean): Promise<ChangeReport> {
  const report = await tryOut(db, (tx) => releaseList(tx, id, reason, backfill));
  return { ...report, revision: await currentRevision(db), decisionIds: [] };
}

/** Keeps a held list out for good; its rows stay stored. */
export function rejectList(db: Database, id: string, reason: string): Promise<ChangeReport> {
  return onHeld(db, id, async (tx, locked, held) => {
    const rejection = { code: 'REJECTED_BY_OPERATOR', message: reason };
    const verdict = { status: 'REJECTED' as const, rejection, decidedAt: new Date(locked.now), decidedReason: reason };
    await tx.update(snapshots).set(verdict).where(eq(snapshots.number, held.number));
    const decision = await recordDecision(tx, locked, { kind: 'REJECTION', snapshotNumber: held.number, reason });
    return reportChange(await commitRevision(tx, locked), [], [decision]);
  });
}

async function onHeld(
  db: Database,
  given: string,
  work: (tx: Transaction, locked: LockedLedger, held: Snapshot) => Promise<ChangeReport>,
): Promise<ChangeReport> {
  const id = readId(given, 'snapshot');
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockForChange(tx);
      const [snapshot] = await tx.select().from(snapshots).where(eq(snapshots.id, id));
      if (!snapshot) throw new Refusal('NOT_FOUND', `There is no list ${id}.`);
      if (snapshot.status !== 'HELD') {
        throw new Refusal('NOT_HELD', `The list ${snapshot.fileName} is ${snapshot.status}, not held.`);
      }
      return work(tx, locked, snapshot);
    },
    { long: true },
  );
}
