/** Takes back a decision of any kind: the ledger is derived again without it. It stays on record, with why and when. */
import { and, eq, isNull } from 'drizzle-orm';
import type { DecisionKind } from '../../../schema/enums.ts';
import { decisions } from '../../../schema/tables/decisions.ts';
import { reviewItems } from '../../../schema/tables/reviews.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { type Decision, decisionsInForce, endDecision } from '../../ledger/apply/decisions.ts';
import { settleList } from '../../ledger/apply/lists/change-list.ts';
import { changeListAndJudge, type JudgedAgain } from '../../ledger/apply/lists/judge-again.ts';
import { spellingOf } from '../../ledger/apply/rows/spellings-in-force.ts';
import { countEvents } from '../../ledger/apply/told.ts';
import { identityLinks } from '../../ledger/derive/names/identity-links.ts';
import { commitChange } from '../lists/report-change.ts';
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
      const {
        locked: grown,
        told,
        accepted,
      } = await (decision.snapshotNumber === null
        ? undoNames(tx, locked, decision, why)
        : undoList(tx, locked, { ...decision, snapshotNumber: decision.snapshotNumber }, why));
      return commitChange(tx, grown, told, [id], { accepted, notes: await stillOne(tx, decision) });
    },
    { long: true },
  );
}

/**
 * A released or rejected list is held again, a withdrawn one counts again, a re-dated one has its former time; the lists
 * that are held after it are judged again.
 */
async function undoList(
  tx: Transaction,
  locked: LockedLedger,
  { id, kind, snapshotNumber }: Pick<Decision, 'id' | 'kind'> & { snapshotNumber: number },
  reason: string,
): Promise<JudgedAgain> {
  const [list] = await tx.select().from(snapshots).where(eq(snapshots.number, snapshotNumber));
  if (!list) throw new Error(`no list has the number ${snapshotNumber}`);
  return changeListAndJudge(tx, locked, list, { id, reason }, () => settleList(tx, list, kind));
}

/** What it joined is apart again; what it parted, named or set aside is judged by the rules again. */
async function undoNames(
  tx: Transaction,
  locked: LockedLedger,
  { id, placeCode, reviewItemId }: Decision,
  reason: string,
): Promise<JudgedAgain> {
  if (reviewItemId !== null) {
    // Obsolete until the re-derivation asks again.
    await tx.update(reviewItems).set({ status: 'OBSOLETE' }).where(eq(reviewItems.id, reviewItemId));
  }
  const outcome = await deriveNames(tx, locked, [{ id, placeCode, reason }]);
  return { locked: outcome.locked, accepted: [], told: [countEvents(outcome.events)] };
}

/** Of a merger that was revoked: what else makes one agency of what it joined. */
async function stillOne(tx: Transaction, { kind, placeCode, leftKeys, rightKeys }: Decision): Promise<string[]> {
  if (kind !== 'SAME_AGENCY' || placeCode === null) return [];
  const links = identityLinks(placeCode, await decisionsInForce(tx, placeCode));
  const others = await tx
    .select({ id: decisions.id, leftKeys: decisions.leftKeys, rightKeys: decisions.rightKeys })
    .from(decisions)
    .where(and(eq(decisions.placeCode, placeCode), eq(decisions.kind, 'SAME_AGENCY'), isNull(decisions.revokedAt)))
    .orderBy(decisions.decidedAt, decisions.id);
  const [survivor = '', ...rest] = leftKeys;
  const group = links.group(survivor);
  const together = (rightKeys.length > 0 ? rightKeys : rest).filter((name) => group.includes(name));
  if (together.length === 0) return [];
  const of = (names: readonly string[]): typeof others =>
    others.filter(({ leftKeys: left, rightKeys: right }) => [...left, ...right].some((name) => names.includes(name)));
  const whole = of([survivor]).filter((other) => of(together).includes(other));
  // Where none names both sides, several do it together.
  const by = whole.length > 0 ? whole : of(group);
  const what = by.length === 0 ? 'an alias' : `decision ${by.map(({ id }) => id).join(', ')}`;
  return [`"${survivor}" and "${together.join('", "')}" are still one agency by ${what}.`];
}
