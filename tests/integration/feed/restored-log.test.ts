/** Cursors of a log that was restored from a backup: what it lost is refused, what it has goes on. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger } from '../../support/ledgers/ledger.ts';
import { openLiveServer } from '../../support/servers/live-server.ts';
import { overWebSocket, transports } from '../../support/servers/stream-clients.ts';

const query = `subscription Watch($after: EventCursor) { ledgerEvents(after: $after) { cursor summary } }`;

test('a log that went back gets a new epoch, and streams end with CURSOR_STALE', async () => {
  await using restored = await openTestDatabase();
  const own = await putAgency(restored.db, 'Restored Police');
  await using other = await openLiveServer(restored);
  await logEvents(restored.db, [{ agencyId: own }, { agencyId: own }]);
  await expect.poll(() => other.live.tail.lastSequence).toBe(2);
  const { epoch } = other.live.tail.head;
  const streams = transports.map(([, open]) => open(other.url, { query }));
  const asked = streams.map((stream) => stream.next());
  await expect.poll(() => other.live.feed.watchers).toBe(2);
  // As after a restore of yesterday's backup.
  await emptyLedger(restored.db);
  const refusals = await Promise.all(asked);
  expect(refusals.map((each) => each?.errors[0]?.extensions.code)).toEqual(['CURSOR_STALE', 'CURSOR_STALE']);
  const now = (await other.graphql.queries.ledger()).epoch;
  expect(now).not.toBe(epoch);
  for (const [, open] of transports) {
    await using stale = open(other.url, { query, variables: { after: encodeEventCursor(epoch, 1n) } });
    expect((await stale.next())?.errors[0]?.extensions.code).toBe('CURSOR_STALE');
  }
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test('a ledger that was restored while nothing ran, and went on, refuses what it gave out before', async () => {
  await using restored = await openTestDatabase();
  const own = await putAgency(restored.db, 'Restored Police');
  await logEvents(restored.db, [{ agencyId: own }, { agencyId: own }, { agencyId: own }]);
  const ask = `{ ledger { position } ledgerEvents(first: 10) { edges { cursor } position } }`;
  const given = await cursorsOf(restored, ask);
  // The third event was after the backup.
  await restored.db.execute(sql`delete from ledger_events where sequence > 2`);
  await restored.db.execute(sql`update ledger set last_sequence = 2`);
  await logEvents(restored.db, [{ agencyId: own, summary: 'other' }, { agencyId: own }]);
  await using other = await openLiveServer(restored);
  const [position, first, second, third] = given;
  const codes = await Promise.all(
    [position, third].flatMap((after) =>
      transports.map(async ([, open]) => {
        await using stream = open(other.url, { query, variables: { after } });
        return (await stream.next())?.errors[0]?.extensions.code;
      }),
    ),
  );
  expect(codes).toEqual(Array(4).fill('CURSOR_STALE'));
  const paged = `query($c: EventCursor) { ledgerEvents(after: $c) { nodes { summary } } }`;
  const page = async (c: unknown) => {
    const response = await fetch(
      `${other.url}?${new URLSearchParams({ query: paged, variables: JSON.stringify({ c }) })}`,
    );
    return (await response.json()) as { errors?: { extensions: { code: string } }[]; data: never };
  };
  expect((await page(third)).errors?.[0]?.extensions.code).toBe('CURSOR_STALE');
  const { epoch } = other.live.tail.head;
  // What both logs have goes on, and so does what was given out before events had hashes.
  for (const c of [second, encodeEventCursor(epoch, 2n)]) {
    expect((await page(c)).data).toMatchObject({ ledgerEvents: { nodes: [{ summary: 'other' }, {}] } });
    await using stream = overWebSocket(other.url, { query, variables: { after: c } });
    expect((await stream.next())?.data).toMatchObject({ ledgerEvents: { summary: 'other' } });
  }
  expect(first).not.toBe(encodeEventCursor(epoch, 1n));
});

/** The position, and the cursors of all events. */
async function cursorsOf(database: TestDatabase, ask: string): Promise<(string | undefined)[]> {
  await using server = await openLiveServer(database);
  const response = await fetch(`${server.url}?query=${encodeURIComponent(ask)}`);
  const { data } = (await response.json()) as {
    data: { ledger: { position: string }; ledgerEvents: { edges: { cursor: string }[]; position: string } };
  };
  const cursors = data.ledgerEvents.edges.map(({ cursor }) => cursor);
  expect([data.ledger.position, data.ledgerEvents.position]).toEqual([cursors.at(-1), cursors.at(-1)]);
  return [data.ledger.position, ...cursors];
}
