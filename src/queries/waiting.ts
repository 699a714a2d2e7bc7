/** What waits for an operator: held lists and open questions. */
import { sql } from 'drizzle-orm';
import { reviewItems } from '../../schema/tables/reviews.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { InstantText } from './counts/instant.ts';
import type { Statements } from './keyset/statement.ts';

export interface WaitingRow {
  kind: 'SNAPSHOT' | 'REVIEW_ITEM';
  id: string;
  since: InstantText;
}

/** Far more than a person can look at. */
const MOST = 5_000;

/** Longest waiting first, at most five thousand. */
export function readWaiting(statements: Statements): Promise<WaitingRow[]> {
  const query = sql`select 'SNAPSHOT', ${snapshots.id}, ${snapshots.ingestedAt} as since from ${snapshots}
      where ${snapshots.status} = 'HELD'
    union all select 'REVIEW_ITEM', ${reviewItems.id}, ${reviewItems.raisedAt} from ${reviewItems}
      where ${reviewItems.status} = 'OPEN'
    order by since, 2 limit ${sql.placeholder('most')}::int`;
  const read = (cells: readonly unknown[]): WaitingRow => ({
    kind: cells[0] === 'SNAPSHOT' ? 'SNAPSHOT' : 'REVIEW_ITEM',
    id: String(cells[1]),
    since: String(cells[2]),
  });
  return statements.run('waiting for operators', () => ({ query, read }), { most: MOST });
}
