/** A PostgreSQL server that goes away and comes back, on a cluster of this test's own. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/open.ts';
import { clusterAvailable, startCluster } from '../../support/databases/postgres-cluster.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';

if (clusterAvailable()) {
  test('fails while the server is away and recovers by itself, waking its listeners', async () => {
    const cluster = await startCluster();
    const database = await openDatabase({ kind: 'postgres', url: cluster.url });
    try {
      let wakes = 0;
      await database.listen('accord287_test', () => {
        wakes += 1;
      });
      await database.ping();
      const wakesBefore = wakes;

      await cluster.control('-m', 'immediate', 'stop');
      await expect(database.ping()).rejects.toThrow();
      await expect(database.db.execute(sql`select 1`)).rejects.toThrow();

      await cluster.control('start');
      await expect.poll(() => database.ping().then(() => 'answers', String), { timeout: 10_000 }).toBe('answers');
      await expect
        .poll(() => database.db.execute(sql`select 1`).then(() => 'answers', String), { timeout: 10_000 })
        .toBe('answers');
      await expect.poll(() => wakes, { timeout: 10_000 }).toBeGreaterThan(wakesBefore);
    } finally {
      await database.close();
      await cluster.stop();
    }
  });
}

test('pings the database of this run', async () => {
  await using database = await openTestDatabase();
  await expect(database.ping()).resolves.toBeUndefined();
});
