/** A selection that takes too long, beside one that does not, on a database that is truly slow for it. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../../src/database/transaction.ts';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { type StreamResult, transports } from '../../support/servers/stream-clients.ts';

let ledger: TestDatabase;
let server: LiveServer;
let agencyId: string;

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff', { placeCode: 'FL' });
  // Whatever reads agencies takes some tenths of a second from now on.
  await inTransaction(ledger.db, async (tx) => {
    await tx.execute(sql`alter table agencies rename to quick_agencies`);
    await tx.execute(
      sql`create view agencies as select quick_agencies.* from quick_agencies,
        (select count(*) as counted from generate_series(1, 1000000)) slowly where counted > 0`,
    );
  });
  server = await openLiveServer(ledger, { deadline: 100 });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const codesOf = (result: StreamResult | null) => result?.errors.map(({ extensions }) => extensions.code);

test.each(transports)('over %s it is answered with TIMEOUT once, and the other at once', async (_name, open) => {
  await expect.poll(() => server.live.feed.watchers).toBe(0);
  const { epoch, lastSequence, lastHash } = await server.graphql.queries.ledger();
  const after = encodeEventCursor(epoch, lastSequence, lastHash);
  const slowly = `subscription($after: EventCursor) { ledgerEvents(after: $after) { cursor summary
    agency { name agreements { nodes { id } } } } }`;
  const quickly = 'subscription($after: EventCursor) { ledgerEvents(after: $after) { cursor summary } }';
  await using slow = open(server.url, { query: slowly, variables: { after } });
  await using quick = open(server.url, { query: quickly, variables: { after } });
  const asked = [slow.next(), quick.next()];
  await expect.poll(() => server.live.feed.watchers).toBe(2);
  await logEvents(ledger.db, [{ agencyId, summary: 'one' }]);
  const [late, told] = await Promise.all(asked);
  expect([late?.data, codesOf(late ?? null)]).toEqual([null, ['TIMEOUT']]);
  expect(told?.data?.ledgerEvents).toMatchObject({ summary: 'one' });
  // A second run, by graphql-js or after a failure, would ask for the agency again.
  const statements = await ledger.statements.during(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
  expect(statements.filter((each) => /from "agencies"/.test(each))).toEqual([]);
});
