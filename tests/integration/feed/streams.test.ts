/** What every stream must do, over both transports, on the run's database. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents, logEventsIn, logHistory } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import {
  overWebSocket,
  type StreamClient,
  type StreamResult,
  transports,
} from '../../support/servers/stream-clients.ts';

let ledger: TestDatabase;
let server: LiveServer;
let agencyId: string;

beforeAll(async () => {
  ledger = await openTestDatabase();
  agencyId = await putAgency(ledger.db, 'Bay County Sheriff', { placeCode: 'FL' });
  // A pooler passes no notification on, so that each event comes with the next look.
  const template = inject('template');
  const isPooled = template.kind === 'postgres' && template.client.pooled;
  server = await openLiveServer(ledger, isPooled ? { poll: 100 } : {});
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

const query = `subscription Watch($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean) {
  ledgerEvents(after: $after, filter: $filter, includeBackfill: $includeBackfill) {
    __typename cursor summary agency { name }
  }
}`;

const add = (...summaries: string[]): Promise<void> =>
  logEvents(
    ledger.db,
    summaries.map((summary) => ({ agencyId, summary })),
  );

interface Told {
  cursor: string;
  summary: string;
}

function eventOf(result: StreamResult | null): Told {
  if (result === null || result.data === null) throw new Error(`No event, but ${JSON.stringify(result)}.`);
  return result.data.ledgerEvents as unknown as Told;
}

async function take(stream: StreamClient, count: number): Promise<Told[]> {
  const events: Told[] = [];
  while (events.length < count) events.push(eventOf(await stream.next()));
  return events;
}

const summariesOf = (events: readonly Told[]): string[] => events.map(({ summary }) => summary);

/** Until so many watch: those of the tests before have left by then. */
const watching = (count: number): Promise<void> => expect.poll(() => server.live.feed.watchers).toBe(count);

const readsOfAgencies = (): number => ledger.statements.all.filter((each) => /from "agencies"/.test(each.sql)).length;

/** Where the log stands now. */
const lastSequence = async (): Promise<bigint> => (await server.graphql.queries.ledger()).lastSequence;

/** The same as clients keep it. */
async function position(): Promise<string> {
  const { epoch, lastSequence, lastHash } = await server.graphql.queries.ledger();
  return encodeEventCursor(epoch, lastSequence, lastHash);
}

describe.each(transports)('over %s', (transport, open) => {
  const watch = (variables: Record<string, unknown> = {}): StreamClient => open(server.url, { query, variables });

  test('an event reaches its watcher with what was selected', async () => {
    await using stream = watch({ after: await position() });
    await add('one');
    const event = eventOf(await stream.next());
    expect(event).toEqual({
      ...{ __typename: 'AgreementAdded', cursor: await position(), summary: 'one' },
      agency: { name: 'Bay County Sheriff' },
    });
  });

  test('agreementAdded tells of additions only, whatever kinds its filter names', async () => {
    const added = `subscription($after: EventCursor, $filter: EventFilter) {
      agreementAdded(after: $after, filter: $filter) { summary }
    }`;
    const after = await position();
    await using stream = open(server.url, { query: added, variables: { after } });
    await logEvents(ledger.db, [
      { agencyId, kind: 'AGREEMENT_UNLISTED', summary: 'gone' },
      { agencyId, summary: 'added' },
    ]);
    expect(await stream.next()).toEqual({ data: { agreementAdded: { summary: 'added' } }, errors: [] });
    const filter = { kinds: ['AGREEMENT_UNLISTED', 'AGREEMENT_ADDED'] };
    await using narrow = open(server.url, { query: added, variables: { after, filter } });
    expect(await narrow.next()).toEqual({ data: { agreementAdded: { summary: 'added' } }, errors: [] });
    const never = { kinds: ['AGREEMENT_UNLISTED'] };
    await using silent = open(server.url, { query: added, variables: { after, filter: never } });
    expect((await silent.next())?.errors[0]?.message).toContain('agreementAdded never sends AGREEMENT_UNLISTED');
  });

  test('a changed history passes every filter, and ends agreementAdded once what came before is sent', async () => {
    const after = await position();
    const filter = { kinds: ['AGREEMENT_ENDED'], states: ['TX'], models: ['TASK_FORCE'], counties: ['48001'] };
    await using every = watch({ after, filter: { ...filter, agencyTypes: [], agencyIds: [] } });
    const added = `subscription($after: EventCursor) { agreementAdded(after: $after) { summary } }`;
    await using additions = open(server.url, { query: added, variables: { after } });
    await add('before');
    await logHistory(ledger.db, 'old lists came');
    await add('behind');
    expect(eventOf(await every.next())).toMatchObject({
      ...{ __typename: 'HistoryChanged', agency: null },
      summary: expect.stringContaining('old lists came'),
    });
    expect(await additions.next()).toMatchObject({ data: { agreementAdded: { summary: 'before' } } });
    expect(await additions.next()).toMatchObject({
      errors: [{ message: expect.stringContaining('query again'), extensions: { code: 'CURSOR_STALE' } }],
    });
    const page = `{ ledgerEvents(last: 2, filter: { kinds: [AGREEMENT_ENDED] }) {
      nodes { kind state { code } standing { status } ... on HistoryChanged { lists events reason } } } }`;
    const response = await fetch(`${server.url}?query=${encodeURIComponent(page)}`);
    expect(await response.json()).toMatchObject({
      data: {
        ledgerEvents: { nodes: expect.arrayContaining([expect.objectContaining({ reason: 'old lists came' })]) },
      },
    });
  });

  test('a stream resumes after every position without a loss or a repeat', async () => {
    const start = await position();
    const summaries = Array.from({ length: 7 }, (_, index) => `resumed ${index}`);
    await add(...summaries);
    await using whole = watch({ after: start });
    const events = await take(whole, summaries.length);
    expect(summariesOf(events)).toEqual(summaries);
    for (const [index, { cursor }] of events.entries()) {
      await using resumed = watch({ after: cursor });
      await add(`end ${index}`);
      const rest = summaries.slice(index + 1);
      const ends = Array.from({ length: index + 1 }, (_, each) => `end ${each}`);
      expect(summariesOf(await take(resumed, rest.length + ends.length))).toEqual([...rest, ...ends]);
    }
  });

  test('catching up and following join without a gap while events are written', async () => {
    const start = await position();
    const summaries = Array.from({ length: 250 }, (_, index) => `joined ${index}`);
    await add(...summaries.slice(0, 150));
    await using stream = watch({ after: start });
    for (const summary of summaries.slice(150)) await add(summary);
    expect(summariesOf(await take(stream, summaries.length))).toEqual(summaries);
  });

  test('history stays out unless it is asked for', async () => {
    const after = await position();
    await logEvents(ledger.db, [
      { agencyId, summary: 'history', backfill: true },
      { agencyId, summary: 'news' },
    ]);
    await using live = watch({ after });
    await using all = watch({ after, includeBackfill: true });
    expect(summariesOf(await take(live, 1))).toEqual(['news']);
    expect(summariesOf(await take(all, 2))).toEqual(['history', 'news']);
  });

  test('without a cursor a stream begins with what comes next', async () => {
    await watching(0);
    await add('before');
    await expect.poll(async () => BigInt(server.live.tail.lastSequence) === (await lastSequence())).toBe(true);
    await using stream = watch();
    const asked = stream.next();
    await watching(1);
    await add('after');
    expect(eventOf(await asked).summary).toBe('after');
  });

  test('a filter that matches nothing moves its watcher on', async () => {
    await watching(0);
    await using stream = watch({ filter: { states: ['GU'] }, after: await position() });
    const asked = stream.next();
    await watching(1);
    await add('of Texas', 'of Texas too');
    const statements = await ledger.statements.during(async () => {
      await logEvents(ledger.db, [{ agencyId, placeCode: 'GU', summary: 'of Guam' }]);
      expect(eventOf(await asked).summary).toBe('of Guam');
    });
    // What did not match was not read again for it: the watcher stood at the end.
    expect(statements.filter((each) => /from "ledger_events"/.test(each) && /place_code" = /.test(each))).toEqual([]);
  });

  test.each([
    ['from the future', 'CURSOR_IN_FUTURE', (epoch: string) => encodeEventCursor(epoch, 9_000_000_000n)],
    ['of another epoch', 'CURSOR_STALE', () => encodeEventCursor('00000000-0000-4000-8000-000000000000', 0n)],
    ['that is garbage', 'BAD_CURSOR', () => 'garbage'],
  ])('a cursor %s is refused with its own code', async (_which, code, cursor) => {
    await using stream = watch({ after: cursor(server.live.tail.head.epoch) });
    const refusal = await stream.next();
    expect(refusal?.errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(await stream.next()).toBeNull();
  });

  test.each<[string, string, string, object]>([
    ['that is no document', 'subscription {', 'GRAPHQL_PARSE_FAILED', {}],
    ['with an unknown field', 'subscription { ledgerEvents { nobody } }', 'GRAPHQL_VALIDATION_FAILED', {}],
    [
      'that costs too much',
      `subscription { ledgerEvents { agency { agreements(first: 100) { nodes { ledgerEvents(first: 100) { nodes { agency {
        agreements(first: 100) { nodes { id } } } } } } } } } }`,
      'QUERY_TOO_COMPLEX',
      {},
    ],
    ['with an impossible filter', query, 'BAD_USER_INPUT', { filter: { states: ['ZZ'] } }],
    ['with the id of no agency', query, 'BAD_USER_INPUT', { filter: { agencyIds: ['x'] } }],
    ['with a variable of the wrong type', query, 'BAD_USER_INPUT', { includeBackfill: 'maybe' }],
  ])('a subscription %s is refused with its code', async (_which, text, code, variables) => {
    await using stream = open(server.url, { query: text, variables: { ...variables } });
    expect((await stream.next())?.errors[0]?.extensions.code).toBe(code);
  });

  test('a watcher that leaves is forgotten, and so is its group', async () => {
    await watching(0);
    const stream = watch({ after: await position() });
    const asked = stream.next();
    await add('seen');
    await asked;
    expect(server.live.feed.groups).toBe(1);
    await stream[Symbol.asyncDispose]();
    await expect
      .poll(() => [server.live.feed.watchers, server.live.feed.groups, server.slots.taken])
      .toEqual([0, 0, 0]);
  });

  test('agencies are followed through mergers as they stand when the event comes', async () => {
    const merged = await putAgency(ledger.db, `Merged ${transport}`, { placeCode: 'FL', mergedInto: agencyId });
    const other = await putAgency(ledger.db, `Other ${transport}`, { placeCode: 'FL' });
    const filter = { agencyIds: [`agency_${agencyId}`] };
    await using stream = watch({ filter, after: await position() });
    await logEvents(ledger.db, [
      { agencyId: other, summary: 'of another' },
      { agencyId: merged, summary: 'of the merged' },
    ]);
    expect(summariesOf(await take(stream, 1))).toEqual(['of the merged']);
  });
});

const onServer = inject('template').kind === 'postgres';

describe.skipIf(!onServer)('on a PostgreSQL server', () => {
  const watch = async (): Promise<StreamClient> =>
    overWebSocket(server.url, { query, variables: { after: await position() } });

  test('two transactions that commit in reverse order are told in the order of their commits', async () => {
    await using stream = await watch();
    // The first works for long before it locks the ledger for its numbers; the second overtakes it.
    await ledger.db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      await add('began second');
      await logEventsIn(tx, [{ agencyId, summary: 'began first' }]);
    });
    expect(summariesOf(await take(stream, 2))).toEqual(['began second', 'began first']);
  });

  test('a transaction that is rolled back leaves no gap', async () => {
    await using stream = await watch();
    await expect(
      ledger.db.transaction(async (tx) => {
        await logEventsIn(tx, [{ agencyId, summary: 'never' }]);
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow();
    await add('kept');
    expect(summariesOf(await take(stream, 1))).toEqual(['kept']);
  });

  test('an event comes late rather than as an error while what it selects is locked', { timeout: 60_000 }, async () => {
    await using stream = await watch();
    const readsBefore = readsOfAgencies();
    await ledger.db.transaction(async (tx) => {
      await tx.execute(sql`lock table agencies in access exclusive mode`);
      await add('of a locked agency');
      // Planned, then by graphql-js, both refused at the limit for waiting; the third is a try after that.
      await expect.poll(() => readsOfAgencies() - readsBefore, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    });
    expect(eventOf(await stream.next())).toMatchObject({
      summary: 'of a locked agency',
      agency: { name: 'Bay County Sheriff' },
    });
  });

  test.skipIf(process.env.TEST_SERVER !== undefined)('a killed LISTEN backend loses nothing', async () => {
    await using stream = await watch();
    for (const round of [1, 2, 3]) {
      const killed = await selectRecords(
        ledger.db,
        sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`,
      );
      expect(killed).toHaveLength(1);
      await add(`round ${round}`);
      expect(summariesOf(await take(stream, 1))).toEqual([`round ${round}`]);
      await expect
        .poll(
          async () => {
            const [found] = await selectRecords<{ count: number }>(
              ledger.db,
              sql`select count(*)::int as count from pg_stat_activity
              where datname = current_database() and query ilike 'listen%'`,
            );
            return found?.count;
          },
          { timeout: 10_000 },
        )
        .toBe(1);
    }
  });

  test('events that another instance commits arrive, with and without wake-ups', async () => {
    for (const notify of [true, false]) {
      await using other = await openLiveServer(ledger, { notify });
      await using stream = overWebSocket(other.url, { query, variables: { after: await position() } });
      await add(`told ${notify}`);
      expect(summariesOf(await take(stream, 1))).toEqual([`told ${notify}`]);
    }
  });
});
