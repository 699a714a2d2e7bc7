/** The database's clock, which all instances share. */
import { sql } from 'drizzle-orm';
import type { Database, Transaction } from './database.ts';
import { selectRecords } from './records.ts';

/** The instant at which it is asked, also within a transaction. */
export async function databaseNow(on: Database | Transaction): Promise<Date> {
  const [row] = await selectRecords<{ now: string }>(on, sql`select clock_timestamp() as now`);
  if (row === undefined) throw new Error('The database did not say what time it is.');
  return new Date(row.now);
}
