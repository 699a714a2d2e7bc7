/** What is wrong and wants a person: the alarms that are open, the oldest first. */
import { sql } from 'drizzle-orm';
import type { AlarmKind } from '../../schema/enums.ts';
import { alarms } from '../../schema/tables/alarms.ts';
import type { InstantText } from './counts/instant.ts';
import type { Statements } from './keyset/statement.ts';

export interface AlarmRow {
  kind: AlarmKind;
  subject: string;
  message: string;
  openedAt: InstantText;
  /** When an operator was last told; null: nobody was. */
  toldAt: InstantText | null;
}

/** Far more than any ledger has. */
const MOST_ALARMS = 100;

export async function openAlarms(statements: Statements): Promise<AlarmRow[]> {
  const query = sql`select ${alarms.kind}, ${alarms.subject}, ${alarms.message}, ${alarms.openedAt}, ${alarms.toldAt}
    from ${alarms} where ${alarms.closedAt} is null order by ${alarms.id} limit ${sql.placeholder('most')}::int`;
  const read = (cells: readonly unknown[]): AlarmRow => ({
    // The column holds nothing else.
    kind: cells[0] as AlarmKind,
    ...{ subject: String(cells[1]), message: String(cells[2]), openedAt: String(cells[3]) },
    toldAt: typeof cells[4] === 'string' ? cells[4] : null,
  });
  return statements.run('open alarms', () => ({ query, read }), { most: MOST_ALARMS });
}
