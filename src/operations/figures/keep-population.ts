/** The Census Bureau's estimates, kept as an operator imports them. They change answers, so they raise the revision. */
import { max } from 'drizzle-orm';
import { populations } from '../../../schema/tables/populations.ts';
import type { Database } from '../../database/database.ts';
import { insertRecords } from '../../database/records.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, lockLedger } from '../../feed/log/event-log.ts';
import type { PopulationChange, PopulationGiven } from './analysis.ts';

/** Those of the same year take the place of what was kept; those of other years stay. */
export async function keepPopulation(db: Database, { year, estimates }: PopulationGiven): Promise<PopulationChange> {
  return inTransaction(db, async (tx) => {
    const locked = await lockLedger(tx);
    const importedAt = new Date(locked.now);
    const rows = estimates.map(({ fips, people }) => ({ year, fips, people, importedAt }));
    await insertRecords(tx, populations, rows, {
      ...{ do: 'update', key: ['year', 'fips'], set: ['people', 'importedAt'] },
    });
    const [newest] = await tx.select({ year: max(populations.year) }).from(populations);
    return {
      revision: String(await commitRevision(tx, locked)),
      ...{ year, estimates: rows.length, answering: newest?.year ?? year },
    };
  });
}
