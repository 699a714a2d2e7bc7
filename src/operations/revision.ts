/** The ledger's revision, as text. */
import { ledger } from '../../schema/tables/ledger.ts';
import type { Database } from '../database/database.ts';

export async function currentRevision(db: Database): Promise<string> {
  const [row] = await db.select({ revision: ledger.revision }).from(ledger);
  return String(row?.revision ?? 0n);
}
