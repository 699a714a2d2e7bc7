import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { checkAlarms } from '../../../src/operations/alarms/check-alarms.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { followRound } from '../../../src/operations/follow/follow-round.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, log } from '../../support/ledgers/ledger.ts';
import { isLong } from '../../support/run/long-tests.ts';
import { openLiveServer } from '../../support/servers/live-server.ts';
import { overWebSocket } from '../../support/servers/stream-clients.ts';
import { type Answer, agencyNames, openStubSource, workbookOf } from '../../support/source/stub-source.ts';
import { buildWorkbook } from '../../unit/intake/workbook-builder.ts';

const database = await openTestDatabase();
const byHand = await openTestDatabase();
const source = await openStubSource();
const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await Promise.all([database.close(), byHand.close(), rm(folder, { recursive: true })]);
});

const LISTS_A_DAY = 5;
/** Every fault comes, and most of them again in a week. */
const DAYS = isLong ? 7 : 3;
const address = '/participatingAgencies.xlsx';

/** When the list of that number is posted: five a day, two hours apart, from a Monday on. */
const postedAt = (number: number): string =>
  new Date(Date.UTC(2026, 2, 2 + Math.floor(number / LISTS_A_DAY), 13 + 2 * (number % LISTS_A_DAY))).toISOString();

/** One agency more each time; one is absent from a list in the middle. */
const namesOn = (number: number): string[] =>
  agencyNames(21 + number).filter((_, index) => number !== 7 || index !== 4);

const listOf = (number: number): Promise<Uint8Array> => workbookOf(namesOn(number), postedAt(number));

const refuse =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** What can stand between two lists: each is looked at once and must change nothing. */
const faults: ((newest: Uint8Array, number: number) => Promise<string>)[] = [
  async () => {
    source.html('<h1>Access denied</h1>');
    return 'PAGE_WITHOUT_LINK';
  },
  async () => {
    source.put('/287g', refuse(403, {}, 'no'));
    return 'HTTP_ERROR';
  },
  async () => {
    source.put(address, refuse(200, { 'content-type': 'text/html' }, '<!doctype html><p>Are you human?'));
    return 'WEB_PAGE';
  },
  async () => {
    source.put(address, refuse(302, { location: address }));
    return 'REDIRECT_LOOP';
  },
  async () => {
    source.put(address, refuse(302, { location: 'http://169.254.169.254/latest' }));
    return 'FORBIDDEN_ADDRESS';
  },
  async (newest) => {
    source.put(address, { bytes: newest.subarray(0, newest.length - 900), lastModified: '2026-03-30T00:00:00Z' });
    return 'CUT_OFF';
  },
  async (newest) => {
    source.put(address, (_request, response) => {
      response.writeHead(200, { 'content-length': newest.length });
      response.write(newest.subarray(0, 1_000), () => response.destroy());
    });
    return 'CUT_OFF';
  },
  async (_newest, number) => {
    source.put(address, { bytes: await listOf(number - 1), lastModified: postedAt(number - 1) });
    return 'OLD_COPY';
  },
  async (newest, number) => {
    source.put('/participating-old.xlsx', { bytes: await listOf(number - 1), lastModified: postedAt(number - 1) });
    source.put(address, { bytes: newest, lastModified: postedAt(number) });
    source.links('/participating-old.xlsx', address);
    return 'STALE_LINK';
  },
  async (newest) => {
    source.put(
      address,
      (_request, response) => void response.writeHead(200, { 'last-modified': new Date().toUTCString() }).end(newest),
    );
    return 'UNCHANGED';
  },
  async () => {
    source.put(address, { bytes: await buildWorkbook([{ rows: [['notes'], ['of no use']] }]) });
    return 'REJECTED';
  },
];

test('days of five lists with every fault between them are the ledger made by hand', {
  timeout: 900_000,
}, async () => {
  const operations = createOperations(database);
  const settings = { page: source.page, lists: [], schedule: '* * * * *', staleHours: 3, userAgent: 'test' };
  const look = async (): Promise<string[]> =>
    (await followRound(database, settings, { onlyIfDue: false, deadline: 20_000 })).looks.map(({ outcome }) => outcome);
  const tell = () => checkAlarms(database, { webhook: `${source.origin}/hook`, directory: null });
  await using server = await openLiveServer(database);
  let watcher: ReturnType<typeof overWebSocket> | undefined;
  const total = DAYS * LISTS_A_DAY;
  for (let number = 0; number < total; number += 1) {
    const bytes = await listOf(number);
    await writeFile(join(folder, `${number}.xlsx`), bytes);
    source.put(address, { bytes, lastModified: postedAt(number) });
    source.links(address);
    if (number % 9 === 4) {
      // The process ends while it looks: the next one begins anew.
      const ended = followRound(database, settings, { onlyIfDue: false, signal: AbortSignal.timeout(30) });
      await ended.catch(() => undefined);
      await database.db.execute(sql`truncate leases`);
    }
    expect((await look()).at(-1), `list ${number}`).toMatch(/^(ACCEPTED|UNCHANGED|NOT_MODIFIED)$/);
    if (watcher === undefined) {
      // Who subscribes before the server has read the first list, which is history, is told so and let go.
      const told = (await log(database.db)).length;
      await expect.poll(() => server.live.tail.lastSequence, { timeout: 10_000 }).toBe(told);
      watcher = overWebSocket(server.url, { query: 'subscription { agreementAdded { agency { name } } }' });
      // A subscription tells what comes after its start: the next list waits for it.
      await expect.poll(() => server.live.feed.watchers, { timeout: 10_000 }).toBe(1);
    }
    const fault = faults[number % faults.length];
    if (number === 0 || fault === undefined) continue;
    const expected = await fault(bytes, number);
    expect(await look(), `after list ${number}`).toContain(expected);
    await tell();
    if (number !== 9) continue;
    source.put(address, {
      bytes: await workbookOf(agencyNames(4), postedAt(9)),
      lastModified: '2026-03-03T21:30:00Z',
    });
    source.links(address);
    expect(await look()).toContain('HELD');
    await tell();
    const [held] = await operations.lists('HELD', null);
    await operations.reject(held?.id ?? '', 'cut off');
    await tell();
  }
  source.put(address, { bytes: await listOf(total - 1), lastModified: postedAt(total - 1) });
  source.links(address);
  await look();
  await tell();
  const hand = createOperations(byHand);
  for (let number = 0; number < total; number += 1) {
    await hand.ingest({ paths: [join(folder, `${number}.xlsx`)], publishedAt: postedAt(number) });
  }
  expect(await conclusions(database.db)).toEqual(await conclusions(byHand.db));
  const kinds = async (of: typeof database): Promise<string[]> =>
    (await log(of.db)).filter(({ backfill }) => !backfill).map(({ kind }) => kind);
  expect(await kinds(database)).toEqual(await kinds(byHand));
  const heard: string[] = [];
  while (heard.length < total - 1) {
    const next = await watcher?.next();
    if (next == null) break;
    heard.push(
      String((next.data as unknown as { agreementAdded: { agency: { name: string } } }).agreementAdded.agency.name),
    );
  }
  await watcher?.[Symbol.asyncDispose]();
  expect(heard).toEqual(agencyNames(20 + total).slice(21));
  const told = source.told.flatMap(({ alarms }) => alarms.map(({ kind, state }) => `${kind} ${state}`));
  expect([...new Set(told)].sort()).toEqual([
    ...['FILE_REJECTED CLEARED', 'FILE_REJECTED OPEN', 'LIST_HELD CLEARED', 'LIST_HELD OPEN'],
  ]);
  expect(told.filter((each) => each.endsWith('OPEN'))).toHaveLength(told.length / 2);
});
