/** Operators' decisions as stored: recorded, revoked, and those in force in the shape that `derive` takes. */
import { randomUUID } from 'node:crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { decisions } from '../../../schema/tables/decisions.ts';
import type { Transaction } from '../../database/database.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import { type NameDecision, nameDecisionKinds } from '../derive/names/identity-links.ts';

export type Decision = typeof decisions.$inferSelect;

/** What an operator gives: the kind, why, and the columns of the kind; the id of one that is made again. */
export type DecisionGiven = Omit<typeof decisions.$inferInsert, 'id' | 'decidedAt' | 'revokedAt' | 'revokedReason'> & {
  id?: string | undefined;
};

/** Answers the id. What follows from the decision is the caller's to derive. */
export async function recordDecision(tx: Transaction, { now }: LockedLedger, given: DecisionGiven): Promise<string> {
  const id = given.id ?? randomUUID();
  await tx.insert(decisions).values({ ...given, id, decidedAt: new Date(now) });
  return id;
}

/** The decision is kept, and no longer in force. What follows from that is the caller's to derive. */
export async function endDecision(
  tx: Transaction,
  { now }: LockedLedger,
  { id }: Pick<Decision, 'id'>,
  reason: string,
): Promise<void> {
  await tx
    .update(decisions)
    .set({ revokedAt: new Date(now), revokedReason: reason })
    .where(eq(decisions.id, id));
}

/** The decisions about names that hold, of one place or of all, in the order in which they were made. */
export async function decisionsInForce(tx: Transaction, placeCode?: string): Promise<NameDecision[]> {
  const rows = await tx
    .select()
    .from(decisions)
    .where(
      and(
        isNull(decisions.revokedAt),
        inArray(decisions.kind, [...nameDecisionKinds]),
        placeCode === undefined ? undefined : eq(decisions.placeCode, placeCode),
      ),
    )
    .orderBy(decisions.decidedAt, decisions.id);
  return rows.flatMap(({ kind, placeCode: place, leftKeys, rightKeys, name }) => {
    const known = nameDecisionKinds.find((each) => each === kind);
    return known === undefined || place === null ? [] : [{ kind: known, placeCode: place, leftKeys, rightKeys, name }];
  });
}
