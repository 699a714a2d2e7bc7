/** Statements over the whole archive. */
import type { SQL } from 'drizzle-orm';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import type { TestDatabase } from './test-database.ts';

/** Counting the whole archive may take longer than a query of the API may. */
export const slowly = <T>({ db }: Pick<TestDatabase, 'db'>, statement: SQL): Promise<T[]> =>
  inTransaction(db, (tx) => selectRecords<T>(tx, statement), { long: true });
