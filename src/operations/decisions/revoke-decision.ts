/** Takes back a decision of any kind: the ledger is derived again without it. It stays on record, with why and when. */
import { eq } from 'drizzle-orm';
import type { DecisionKind } from '../../../schema/enums.ts';
import { decisions } from '../../../schema/tables/decisions.ts';
import { reviewItems } from '../../../schema/tables/reviews.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, type LockedLedger } from '../../feed/log/event-log.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { type Decision, endDecision } from '../../ledger/apply/decisions.ts';
import { changeList, settleList } from '../../ledger/apply/lists/change-list.ts';
import type { Rederived } from '../../ledger/apply/rederive.ts';
import { spellingOf } from '../../ledger/apply/rows/spellings-in-force.ts';
import { countEvents } from '../../ledger/apply/settle.ts';
import { reportChange } from '../lists/report-change.ts';
import { type ChangeReport, Refusal } from '../operations.ts';
import { findId } from '../read-id.ts';
import { undoSpelling } from './add-spelling.ts';
import { deriveNames } from './merge-split-rename.ts';

/** Throws {@link Refusal} for a decision that is not there, is of another kind than asked for, or no longer in force. */
export function revokeDecision(
  db: Database,
  given: string,
  reason: string,
  kind?: DecisionKind,
): Promise<ChangeReport> {
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockForChange(tx);
      const id = await findId(tx, given, 'decision');
      const [decision] = await tx.select().from(decisions).where(eq(decisions.id, id));
      if (!decision) throw new Refusal('NOT_FOUND', `There is no decision ${id}.`);
      if (kind !== undefined && decision.kind !== kind) {
        throw new Refusal('BAD_ARGUMENT', `The decision ${id} is a ${decision.kind}, not a ${kind}.`);
      }
      if (decision.revokedAt !== null) throw new Refusal('ALREADY_DECIDED', `The decision ${id} is revoked already.`);
      await endDecision(tx, locked, decision, reason);
      const why = `a decision was revoked: ${reason}`;
      const spelling = spellingOf(decision);
      if (spelling !== null) return undoSpelling(tx, locked, { id, spelling, reason });
      const outcome = await (decision.snapshotNumber === null
        ? undoNames(tx, locked, decision, why)
        : undoList(tx, locked, { id, snapshotNumber: decision.snapshotNumber }, why));
      return reportChange(await commitRevision(tx, outcome.locked), [countEvents(outcome.events)], [id]);
    },
    { long: true },
  );
}

type Undone = Promise<Rederived & { locked: LockedLedger }>;

/** A released or rejected list is held again, a withdrawn one counts again, a re-dated one has its former time. */
async function undoList(
  tx: Transaction,
  locked: LockedLedger,
  { id, snapshotNumber }: { id: string; snapshotNumber: number },
  reason: string,
): Undone {
  const [list] = await tx.select().from(snapshots).where(eq(snapshots.number, snapshotNumber));
  if (!list) throw new Error(`no list has the number ${snapshotNumber}`);
  return changeList(tx, locked, list, { id, reason }, () => settleList(tx, list));
}

/** What it joined is apart again; what it parted, named or set aside is judged by the rules again. */
async function undoNames(
  tx: Transaction,
  locked: LockedLedger,
  { id, placeCode, reviewItemId }: Decision,
  reason: string,
): Undone {
  if (reviewItemId !== null) {
    // Obsolete until the re-derivation asks again.
    await tx.update(reviewItems).set({ status: 'OBSOLETE' }).where(eq(reviewItems.id, reviewItemId));
  }
  return deriveNames(tx, locked, [{ id, placeCode, reason }]);
}
