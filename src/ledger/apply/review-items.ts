/** Questions as review items: raised once, obsolete when a re-derivation raises them no more, decided by persons. */
import { and, inArray, ne } from 'drizzle-orm';
import type { ReviewStatus } from '../../../schema/enums.ts';
import { reviewItems } from '../../../schema/tables/reviews.ts';
import type { Transaction } from '../../database/database.ts';
import { insertRecords } from '../../database/records.ts';
import type { Question } from '../derive/place-state.ts';
import { reviewItemId } from '../derive/settle/ids.ts';

type Raised = readonly { placeCode: string; question: Question }[];

const idOf = ({ placeCode, question }: Raised[number]): string =>
  reviewItemId(placeCode, question.leftKey, question.rightKey);

/** Stores questions that are new; one that is open or decided already stays as it is. */
export async function raiseQuestions(tx: Transaction, raised: Raised, now: string): Promise<void> {
  const items = raised.map((each) => ({
    ...{ id: idOf(each), kind: each.question.kind, status: 'OPEN' as const, placeCode: each.placeCode },
    ...{ leftKey: each.question.leftKey, rightKey: each.question.rightKey, evidence: each.question.evidence },
    raisedAt: new Date(now),
  }));
  await insertRecords(tx, reviewItems, items, { do: 'nothing' });
}

/** After a re-derivation of these places: open questions of identity that it did not raise are obsolete, or the other way round. */
export async function settleQuestions(tx: Transaction, placeCodes: readonly string[], raised: Raised): Promise<void> {
  const current = new Set(raised.map(idOf));
  const items = await tx
    .select({ id: reviewItems.id, status: reviewItems.status })
    .from(reviewItems)
    .where(and(inArray(reviewItems.placeCode, [...placeCodes]), ne(reviewItems.kind, 'UNREADABLE_ROW')));
  await turnItems(tx, items, current);
}

/** Open items that are not current become obsolete, and obsolete ones that are become open; what is decided stays. */
export async function turnItems(
  tx: Transaction,
  items: readonly { id: string; status: ReviewStatus }[],
  current: ReadonlySet<string>,
): Promise<void> {
  const turn = async (from: 'OPEN' | 'OBSOLETE', to: 'OPEN' | 'OBSOLETE', still: boolean): Promise<void> => {
    const ids = items.filter(({ id, status }) => status === from && current.has(id) === still).map(({ id }) => id);
    if (ids.length > 0) await tx.update(reviewItems).set({ status: to }).where(inArray(reviewItems.id, ids));
  };
  await turn('OPEN', 'OBSOLETE', false);
  await turn('OBSOLETE', 'OPEN', true);
}
