/** A ledger and a stub of the source that it follows, for the tests of one file: both as new before each of them. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../databases/test-database.ts';
import { emptyLedger } from '../ledgers/ledger.ts';
import { openStubSource, type StubSource } from './stub-source.ts';

/** Called once, where the file begins; ends both after its tests. */
export async function openFollowedSource(): Promise<{ database: TestDatabase; source: StubSource }> {
  const database = await openTestDatabase();
  const source = await openStubSource();
  beforeEach(async () => {
    await emptyLedger(database.db);
    await database.db.execute(sql`truncate followed, follower, leases, alarms, backups`);
    source.told.length = 0;
    source.asked.length = 0;
  });
  afterAll(async () => {
    await source[Symbol.asyncDispose]();
    await database.close();
  });
  return { database, source };
}
