/** Questions that wait for a person: operators read them as a connection. */
import { sql } from 'drizzle-orm';
import type { DecisionKind, ReviewKind, ReviewStatus } from '../../schema/enums.ts';
import { decisions } from '../../schema/tables/decisions.ts';
import { type ReviewEvidence, reviewItems } from '../../schema/tables/reviews.ts';
import type { InstantText } from './counts/instant.ts';
import { type AnyOf, anyOf, anyState } from './keyset/condition.ts';
import type { Order } from './keyset/keyset.ts';
import { type Condition, rowReader, type Source } from './keyset/source.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface ReviewItemRow {
  typename: string;
  id: string;
  kind: ReviewKind;
  status: ReviewStatus;
  placeCode: string | null;
  leftKey: string;
  rightKey: string;
  evidence: ReviewEvidence;
  raisedAt: InstantText;
  verdict: DecisionKind | null;
}

export interface ReviewItemFilter {
  statuses?: AnyOf<ReviewStatus>;
  kinds?: AnyOf<ReviewKind>;
  states?: AnyOf<string>;
}

const columns = {
  id: sql`${reviewItems.id}`,
  kind: sql`${reviewItems.kind}`,
  status: sql`${reviewItems.status}`,
  placeCode: sql`${reviewItems.placeCode}`,
  leftKey: sql`${reviewItems.leftKey}`,
  rightKey: sql`${reviewItems.rightKey}`,
  evidence: sql`${reviewItems.evidence}`,
  raisedAt: sql`${reviewItems.raisedAt}`,
  verdict: sql`(select ${decisions.kind} from ${decisions} where ${decisions.reviewItemId} = ${reviewItems.id}
    and ${decisions.revokedAt} is null order by ${decisions.decidedAt} desc, ${decisions.id} limit 1)`,
};

export const reviewItemSource: Source<Omit<ReviewItemRow, 'typename'>> = {
  name: 'review items',
  typename: 'ReviewItem',
  from: sql`${reviewItems}`,
  columns,
  always: ['id'],
};

/** Longest waiting first. */
export const reviewItemOrder: Order = {
  tag: 'review items',
  keys: [
    { field: 'raisedAt', column: columns.raisedAt, type: 'timestamptz' },
    { field: 'id', column: columns.id, type: 'uuid' },
  ],
  descending: false,
};

export function reviewItemConditions(filter: ReviewItemFilter): Condition[] {
  return [
    ...anyOf('statuses', columns.status, 'review_status', filter.statuses),
    ...anyOf('kinds', columns.kind, 'review_kind', filter.kinds),
    ...anyState(columns.placeCode, filter.states),
  ];
}

const allColumns = sql.join(Object.values(columns), sql`, `);
const readItem = rowReader<ReviewItemRow>('ReviewItem', Object.keys(columns));

export async function reviewItemsById(
  statements: Statements,
  ids: readonly string[],
): Promise<(ReviewItemRow | null)[]> {
  const query = sql`select ${allColumns} from ${reviewItems} where ${reviewItems.id} = any(${sql.placeholder('ids')}::uuid[])`;
  const rows = await statements.run('review items by id', () => ({ query, read: readItem }), {
    ids: arrayLiteral(ids),
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
