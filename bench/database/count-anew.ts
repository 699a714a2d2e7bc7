/** The counts that an ingest would have kept, for a ledger that was written straight into the tables. */
import { openDatabase } from '../../src/database/open.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { recount } from '../../src/ledger/apply/places/keep-counts.ts';

/** Returns the milliseconds that it took. */
export async function countAnew(url: string): Promise<number> {
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    const start = performance.now();
    await inTransaction(database.db, recount, { long: true });
    return performance.now() - start;
  } finally {
    await database.close();
  }
}
