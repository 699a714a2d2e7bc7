/** Many events and many watchers: a burst in order, a client that does not read, and filters as in the connection. */
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Abort } from '../../../src/abort.ts';
import type { Sink } from '../../../src/feed/groups/watcher.ts';
import { encodeEventCursor } from '../../../src/feed/log/cursor.ts';
import { admitAll } from '../../../src/graphql/execution/caller.ts';
import { putAgency } from '../../support/databases/builders.ts';
import { logEvents } from '../../support/databases/events.ts';
import { openTestDatabase, type TestDatabase } from '../../support/databases/test-database.ts';
import { type LiveServer, openLiveServer } from '../../support/servers/live-server.ts';
import { overWebSocket, type StreamResult } from '../../support/servers/stream-clients.ts';
import type { Answer } from '../graphql/api.ts';

let ledger: TestDatabase;
let agencyIds: string[];
let server: LiveServer;

beforeAll(async () => {
  ledger = await openTestDatabase();
  const [bay, dallas] = [await putAgency(ledger.db, 'Bay'), await putAgency(ledger.db, 'Dallas')];
  agencyIds = [bay, dallas, await putAgency(ledger.db, 'Dalas', { mergedInto: dallas })];
  server = await openLiveServer(ledger);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await ledger[Symbol.asyncDispose]();
});

async function cursorNow(): Promise<string> {
  const { epoch, lastSequence, lastHash } = await server.graphql.queries.ledger();
  return encodeEventCursor(epoch, lastSequence, lastHash);
}

function summaryOf(result: StreamResult | null): string {
  // Every operation of these tests selects it.
  return (result?.data?.ledgerEvents as { summary: string } | undefined)?.summary ?? 'nothing';
}

test('a burst of 2,000 events reaches every watcher in order', { timeout: 120_000 }, async () => {
  const count = 2_000;
  const after = await cursorNow();
  const query = 'subscription($after: EventCursor) { ledgerEvents(after: $after) { summary agency { name } } }';
  const streams = Array.from({ length: 40 }, () => overWebSocket(server.url, { query, variables: { after } }));
  const readAll = streams.map(async (stream) => {
    const summaries: string[] = [];
    while (summaries.length < count) {
      summaries.push(summaryOf(await stream.next()));
    }
    return summaries;
  });
  await expect.poll(() => server.live.feed.watchers).toBe(streams.length);
  const summaries = Array.from({ length: count }, (_, index) => `burst ${index}`);
  const about = agencyIds[0] ?? '';
  const statements = await ledger.statements.during(async () => {
    await logEvents(
      ledger.db,
      summaries.map((summary) => ({ agencyId: about, summary })),
    );
    for (const read of readAll) expect(await read).toEqual(summaries);
  });
  // Events are answered together, and once for all watchers: a statement for each hundred, none for each watcher.
  expect(statements.filter((each) => /from "agencies"/.test(each)).length).toBeLessThanOrEqual(count / 100 + 1);
  for (const stream of streams) await stream[Symbol.asyncDispose]();
});

test('a client that does not read holds nothing up and costs bounded memory', { timeout: 120_000 }, async () => {
  const long = 'x'.repeat(4_000);
  const query = 'subscription { ledgerEvents { summary } }';
  const stalled = connect(Number(new URL(server.url).port), '127.0.0.1');
  await new Promise((resolve) => stalled.once('connect', resolve));
  const body = JSON.stringify({ query });
  stalled.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  stalled.pause();
  await using good = overWebSocket(server.url, { query });
  const first = good.next();
  await expect.poll(() => server.live.feed.watchers).toBe(2);
  const count = 6_000;
  const about = agencyIds[0] ?? '';
  // More than the kernel takes for a client that does not read, and more frames than a group keeps.
  for (let start = 0; start < count; start += 500) {
    const events = Array.from({ length: 500 }, (_, index) => ({
      agencyId: about,
      summary: `${start + index} ${long}`,
    }));
    await logEvents(ledger.db, events);
  }
  for (let index = 0; index < count; index += 1) {
    const result = index === 0 ? await first : await good.next();
    expect(summaryOf(result)).toMatch(`${index} x`);
  }
  expect(waitingToBeWritten()).toBeLessThan(512 * 1024);
  expect(await countBlocks(stalled, count)).toBe(count);
});

/** Bytes that this process holds for its sockets. */
function waitingToBeWritten(): number {
  // Not in Node's types: all handles that are open, the server's sockets among them.
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  return handles.reduce<number>(
    (sum, handle) => sum + (handle instanceof Object && 'writableLength' in handle ? Number(handle.writableLength) : 0),
    0,
  );
}

function countBlocks(socket: Socket, enough: number): Promise<number> {
  let text = '';
  let count = 0;
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      const parts = text.split('event: next\n');
      count += parts.length - 1;
      text = (parts.pop() ?? '').slice(-20);
      if (count < enough) return;
      socket.destroy();
      resolve(count);
    });
    socket.resume();
  });
}

const kinds = ['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGENCY_RENAMED'] as const;
const models = ['TASK_FORCE', 'JAIL_ENFORCEMENT'] as const;
const agencyTypes = ['COUNTY', 'STATE'] as const;
const counties = ['12005', '48113'] as const;
const states = ['FL', 'TX', 'GU'] as const;
/** Around midnight in New York, before and after clocks are changed there. */
const instants = ['2025-03-09T04:59:59Z', '2025-03-09T05:00:00Z', '2025-03-10T03:59:59Z', '2025-03-10T04:00:00Z'].map(
  (text) => new Date(text),
);

const orNull = <Value>(values: readonly Value[]) => fc.option(fc.constantFrom(...values));
const anySome = <Value>(values: readonly Value[]) => fc.option(fc.subarray([...values]), { nil: undefined });

test('a stream tells what the connection shows, whatever the filter', { timeout: 120_000 }, async () => {
  const event = fc.record({
    ...{ agencyId: fc.constantFrom(...agencyIds), kind: fc.constantFrom(...kinds), model: orNull(models) },
    ...{ agencyType: orNull(agencyTypes), countyFips: orNull(counties), placeCode: fc.constantFrom(...states) },
    ...{ backfill: fc.boolean(), occurredAt: fc.constantFrom(...instants) },
  });
  const filter = fc.record({
    ...{ kinds: anySome(kinds), models: anySome(models), agencyTypes: anySome(agencyTypes) },
    ...{ counties: anySome(counties), states: anySome([...states, 'fl']) },
    occurredFrom: fc.option(fc.constantFrom('2025-03-07', '2025-03-09'), { nil: undefined }),
    occurredTo: fc.option(fc.constantFrom('2025-03-09', '2025-03-10'), { nil: undefined }),
    agencyIds: anySome(agencyIds.map((id) => `agency_${id}`)),
  });
  const events = fc.array(event, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(filter, fc.boolean(), events, async (wanted, includeBackfill, given) => {
      const after = await cursorNow();
      await expect.poll(cursorRead).toBe(after);
      const variables = { filter: wanted, includeBackfill };
      const live = await watch({ ...variables, after: null });
      await logEvents(ledger.db, given);
      const shown = await connectionSummaries({ ...variables, after });
      const caughtUp = await watch({ ...variables, after });
      expect([await live.all(), await caughtUp.all()]).toEqual([shown, shown]);
    }),
    { numRuns: 100 },
  );
});

/** As far as the process has read. */
function cursorRead(): string {
  const { epoch, lastSequence, lastHash } = server.live.tail.head;
  return encodeEventCursor(epoch, lastSequence, lastHash);
}

/** A stream without a socket: it is through when its watcher stands at the end of the log. */
async function watch(variables: Record<string, unknown>): Promise<{ all(): Promise<string[]> }> {
  const query = `subscription($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean!) {
    ledgerEvents(after: $after, filter: $filter, includeBackfill: $includeBackfill) { summary } }`;
  const summaries: string[] = [];
  const sink: Sink = {
    write: (frames) => {
      for (const { payload } of frames) summaries.push(JSON.parse(payload).data.ledgerEvents.summary);
      return frames.length;
    },
    whenReady: () => {},
    fail: () => {},
  };
  const streams = server.graphql.openStreams(server.live);
  const viewer = { operator: false };
  const caller = { viewer, address: '127.0.0.1', abort: new Abort(), admission: admitAll };
  const asked = { query, variables, operationName: null, caller };
  const opened = await streams.subscribe(asked, sink);
  if ('errors' in opened) throw opened.errors[0];
  return {
    all: async () => {
      await expect.poll(opened.cursor).toBe(await cursorNow());
      opened.watcher.close();
      return summaries;
    },
  };
}

async function connectionSummaries(variables: object): Promise<string[]> {
  const query = `query($after: EventCursor, $filter: EventFilter, $includeBackfill: Boolean!) {
    ledgerEvents(first: 100, after: $after, filter: $filter, includeBackfill: $includeBackfill) {
      nodes { summary } pageInfo { hasNextPage endCursor } } }`;
  const summaries: string[] = [];
  let after: unknown = null;
  for (;;) {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { ...variables, ...(after === null ? {} : { after }) } }),
    });
    const { data, errors } = (await response.json()) as Answer & { data: { ledgerEvents: never } };
    expect(errors ?? []).toEqual([]);
    const page = data.ledgerEvents as {
      nodes: { summary: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    summaries.push(...page.nodes.map(({ summary }) => summary));
    if (!page.pageInfo.hasNextPage) return summaries;
    after = page.pageInfo.endCursor;
  }
}
