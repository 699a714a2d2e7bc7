/** Whether the log of a ledger is all there. One that was restored in part, or lost rows, is not served, nor written to. */
import { sql } from 'drizzle-orm';
import { ledgerEvents } from '../../schema/tables/events.ts';
import { ledger } from '../../schema/tables/ledger.ts';
import type { Database } from './database.ts';
import { LedgerLost } from './folder/ledger-mark.ts';
import { selectRecords } from './records.ts';

export interface LogEnd {
  events: number;
  revision: number;
}

/** Throws {@link LedgerLost} where the log ends elsewhere than the ledger counts. */
export async function requireWholeLog(db: Database): Promise<LogEnd> {
  const [row] = await selectRecords<LogEnd & { last: number | null }>(
    db,
    sql`select ${ledger.lastSequence} as events, ${ledger.revision} as revision,
      (select max(sequence) from ${ledgerEvents}) as last from ${ledger}`,
  );
  if (row !== undefined && row.events === (row.last ?? 0)) return { events: row.events, revision: row.revision };
  throw new LedgerLost(
    `The log of the ledger counts ${row?.events ?? 'no'} events and ends at ${row?.last ?? 'none'}.`,
  );
}

/** Reads the whole log. Throws {@link LedgerLost} where an event does not follow from the one before it. */
export async function requireUnbrokenLog(db: Database): Promise<void> {
  const [chained] = await selectRecords<{ there: boolean }>(
    db,
    sql`select to_regprocedure('ledger_event_hash(uuid, uuid)') is not null as there`,
  );
  // Of a build that did not chain them.
  if (chained?.there !== true) return;
  const [first] = await selectRecords<{ sequence: number }>(
    db,
    sql`select event.sequence from ${ledgerEvents} event
      left join ${ledgerEvents} before on before.sequence = event.sequence - 1
      where event.hash <> ledger_event_hash(before.hash, event.id) or (before.id is null and event.sequence > 1)
      order by event.sequence limit 1`,
  );
  if (first !== undefined) throw new LedgerLost(`Event ${first.sequence} does not follow from the one before it.`);
}
