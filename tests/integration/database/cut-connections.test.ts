/** Connections that are cut without a word, as when a server moves: they look open, and nothing comes back. */
import { sql } from 'drizzle-orm';
import { describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../../src/database/open.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { openLiveServer } from '../../support/servers/live-server.ts';
import { openNetwork } from '../../support/servers/network.ts';
import { overWebSocket } from '../../support/servers/stream-clients.ts';

const onServer = inject('template').kind === 'postgres';

async function openBehindNetwork(own: TestDatabase) {
  if (own.config.kind !== 'postgres') throw new Error('Only a server is behind a network.');
  const network = await openNetwork(own.config.url);
  const database = await openDatabase({ ...own.config, url: network.url });
  return {
    network,
    database,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await network[Symbol.asyncDispose]();
    },
  };
}

/** Each of them on a connection of its own. */
const sleepers = (count: number) => Array.from({ length: count }, () => sql`select pg_sleep(0.3)`);

describe.skipIf(!onServer)('on a PostgreSQL server', () => {
  test('a pool whose connections were all cut answers again once a ping has noticed', async () => {
    await using own = await openTestDatabase();
    await using behind = await openBehindNetwork(own);
    const { database, network } = behind;
    await database.ping();
    await Promise.all(sleepers(10).map((statement) => database.db.execute(statement)));
    expect(network.cut()).toBeGreaterThanOrEqual(11);
    const waiting = database.db.execute(sql`select 1`).then(
      () => 'answered',
      () => 'refused',
    );
    await expect(database.ping()).rejects.toThrow();
    expect(await waiting).toBe('refused');
    await database.ping();
    await Promise.all(sleepers(10).map((statement) => database.db.execute(statement)));
  });

  test('a transaction goes on while the connections of queries are exchanged', async () => {
    await using own = await openTestDatabase();
    await using behind = await openBehindNetwork(own);
    const { database, network } = behind;
    await database.ping();
    expect(network.cut()).toBe(1);
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      await expect(database.ping()).rejects.toThrow();
      await tx.execute(sql`select 2`);
    });
  });

  test('a stream goes on after all connections of its instance were cut', async () => {
    await using own = await openTestDatabase();
    const agencyId = await putAgency(own.db, 'Bay County Sheriff');
    await using behind = await openBehindNetwork(own);
    await behind.database.ping();
    await using server = await openLiveServer({ ...own, ...behind.database });
    await using stream = overWebSocket(server.url, { query: 'subscription { ledgerEvents { summary } }' });
    const asked = stream.next();
    await expect.poll(() => server.live.feed.watchers).toBe(1);
    behind.network.cut();
    await logEvents(own.db, [{ agencyId, summary: 'after the cut' }]);
    expect(await asked).toMatchObject({ data: { ledgerEvents: { summary: 'after the cut' } } });
  });
});
