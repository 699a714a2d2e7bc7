import { desc, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { followed } from '../../../schema/tables/follow.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { localActor } from '../../../src/operations/audit/actor.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { followRound } from '../../../src/operations/follow/follow-round.ts';
import type { FollowSettings } from '../../../src/operations/follow/follow-settings.ts';
import type { FollowReport } from '../../../src/operations/operations.ts';
import { identities, log } from '../../support/ledgers/ledger.ts';
import { openFollowedSource } from '../../support/source/followed-source.ts';
import { agencyNames, workbookOf } from '../../support/source/stub-source.ts';
import { buildWorkbook } from '../../unit/intake/workbook-builder.ts';
import { asOperator, openApi } from '../graphql/api.ts';

// Each round starts a reader, which takes its time from source.
vi.setConfig({ testTimeout: 120_000 });
const { database, source } = await openFollowedSource();
const { db } = database;
const settings: FollowSettings = {
  ...{ page: source.page, lists: [], schedule: '*/10 * * * *', staleHours: 3 },
  userAgent: 'accord287/test (+test@example.org)',
};

const round = (changes: Partial<FollowSettings> = {}): Promise<FollowReport> =>
  followRound(database, { ...settings, ...changes }, { onlyIfDue: false, deadline: 2_000 });

/** What was found at the lists; of the page where something is wrong with it. */
async function outcomes(changes?: Partial<FollowSettings>): Promise<string[]> {
  const { looks } = await round(changes);
  return looks.filter(({ outcome }) => outcome !== 'PAGE_READ').map(({ outcome }) => outcome);
}

const day = (number: number): string => new Date(Date.UTC(2026, 2, number, 15)).toISOString();

/** The list of that day, one agency longer each day. */
async function post(number: number, path = '/participatingAgencies.xlsx', posted = number): Promise<Uint8Array> {
  const bytes = await workbookOf(agencyNames(30 + number), day(number));
  source.put(path, { bytes, lastModified: day(posted) });
  source.links(path);
  return bytes;
}

const lists = () =>
  db
    .select({ status: snapshots.status, at: snapshots.publishedAt, basis: snapshots.publishedAtBasis })
    .from(snapshots)
    .orderBy(desc(snapshots.number));

test('takes in what the page links to, with where it came from, and asks conditionally from then on', async () => {
  await post(1);
  expect(await outcomes()).toEqual(['ACCEPTED']);
  const [list] = await db.select().from(snapshots);
  expect(list).toMatchObject({
    ...{ origin: 'FOLLOWED', publishedAtBasis: 'LAST_MODIFIED', publishedAt: new Date(day(1)) },
    fileName: 'participatingAgencies.xlsx',
    fetched: { address: `${source.origin}/participatingAgencies.xlsx`, etag: expect.any(String) },
  });
  expect(await outcomes()).toEqual(['NOT_MODIFIED']);
  expect(source.asked).toEqual([
    ...['/287g 200', '/participatingAgencies.xlsx 200', '/287g 200', '/participatingAgencies.xlsx 304'],
  ]);
  await post(2);
  expect(await outcomes()).toEqual(['ACCEPTED']);
  const added = (await log(db)).filter(({ kind, backfill }) => kind === 'AGREEMENT_ADDED' && !backfill);
  expect(added).toHaveLength(1);
});

test('two lists that appeared while it slept go in in their order, each as news', async () => {
  await post(1);
  await round();
  const [second, third] = [await post(2, '/participating-b.xlsx'), await post(3, '/participating-a.xlsx')];
  source.links('/participating-a.xlsx', '/participating-b.xlsx');
  expect(await outcomes()).toEqual(['ACCEPTED', 'ACCEPTED']);
  expect((await lists()).map(({ at }) => at.toISOString())).toEqual([day(3), day(2), day(1)]);
  const news = (await log(db)).filter(({ backfill }) => !backfill).map(({ kind }) => kind);
  expect(news).toEqual(['HISTORY_CHANGED', 'AGREEMENT_ADDED', 'AGREEMENT_ADDED']);
  expect(second.length + third.length).toBeGreaterThan(0);
});

describe('changes nothing by', () => {
  beforeEach(async () => {
    await post(1);
    await round();
    await post(2);
    await round();
  });

  /** The outcome of a round that must leave the ledger as it is. */
  async function untouched(changes?: Partial<FollowSettings>): Promise<string[]> {
    const before = [await identities(db), await log(db), await db.$count(snapshots)];
    const found = await outcomes(changes);
    expect([await identities(db), await log(db), await db.$count(snapshots)]).toEqual(before);
    return found;
  }
  const list = '/participatingAgencies.xlsx';

  test('a page that is away, refuses, links to nothing, or has 10 MB', async () => {
    source.put('/287g', (_request, response) => void response.writeHead(503, { 'retry-after': '1800' }).end());
    expect(await untouched()).toEqual(['HTTP_ERROR']);
    source.html('<h1>Access denied</h1>');
    expect(await untouched()).toEqual(['PAGE_WITHOUT_LINK']);
    source.html(`<a href="${list}">Participating</a>${'x'.repeat(10_000_000)}`);
    expect(await untouched()).toEqual(['TOO_LARGE']);
    expect(await untouched({ page: 'http://127.0.0.1:9/287g' })).toEqual(['UNREACHABLE']);
  });

  test('a block page, an error page, a text, half a file, a file that breaks off', async () => {
    const bytes = await post(3);
    source.put(
      list,
      (_request, response) => void response.writeHead(200).end('<!doctype html><p>Verify you are human'),
    );
    expect(await untouched()).toEqual(['WEB_PAGE']);
    source.put(list, (_request, response) => void response.writeHead(403).end('<p>no'));
    expect(await untouched()).toEqual(['HTTP_ERROR']);
    source.put(list, { bytes: Buffer.from('{"error":"try again"}') });
    expect(await untouched()).toEqual(['NOT_A_WORKBOOK']);
    source.put(list, { bytes: Buffer.from('') });
    expect(await untouched()).toEqual(['NOT_A_WORKBOOK']);
    source.put(list, { bytes: bytes.subarray(0, bytes.length / 2) });
    expect(await untouched()).toEqual(['CUT_OFF']);
    source.put(list, (_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    });
    expect(await untouched()).toEqual(['CUT_OFF']);
    source.put(list, { bytes, lastModified: day(3) });
    expect(await outcomes()).toEqual(['ACCEPTED']);
  });

  test('a redirect loop, a redirect to within, a file without end, a drip', async () => {
    source.put(list, (_request, response) => void response.writeHead(302, { location: list }).end());
    expect(await untouched()).toEqual(['REDIRECT_LOOP']);
    source.put(list, (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/x' }).end());
    expect(await untouched()).toEqual(['FORBIDDEN_ADDRESS']);
    source.put(list, (_request, response) => {
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(1_000_000), () => more()));
      more();
    });
    expect(await untouched()).toEqual(['TOO_LARGE']);
    source.put(list, (_request, response) => {
      const drip = setInterval(() => response.write('x'), 100);
      response.once('close', () => clearInterval(drip));
    });
    expect(await untouched()).toEqual(['TIMEOUT']);
  });

  test('the same bytes again, as ever under a new name or with a time made up as it answers', async () => {
    const bytes = await post(2);
    source.put(
      list,
      (_request, response) => void response.writeHead(200, { 'last-modified': new Date().toUTCString() }).end(bytes),
    );
    expect(await untouched()).toEqual(['UNCHANGED']);
    source.put('/participating-copy.xlsx', { bytes, lastModified: day(2) });
    source.links('/participating-copy.xlsx');
    expect(await untouched()).toEqual(['UNCHANGED']);
  });

  test('an old copy put back, and a second link that is stale', async () => {
    await post(1);
    expect(await untouched()).toEqual(['OLD_COPY']);
    expect(await untouched()).toEqual(['OLD_COPY']);
    await post(2, '/participating-new.xlsx');
    source.links(list, '/participating-new.xlsx');
    expect(await untouched()).toEqual(['STALE_LINK', 'UNCHANGED']);
  });
});

test('a revert that the publisher posts anew takes effect', async () => {
  for (const number of [1, 2]) {
    await post(number);
    await round();
  }
  await post(1, undefined, 3);
  expect(await outcomes()).toEqual(['ACCEPTED']);
  expect((await log(db)).map(({ kind }) => kind).at(-1)).toBe('AGREEMENT_UNLISTED');
});

test('a workbook that is no list is stored once, and a list that is cut short waits for a person', async () => {
  await post(1);
  await round();
  source.put('/participatingAgencies.xlsx', { bytes: await workbookWithoutHeader(), lastModified: day(2) });
  expect([await outcomes(), await outcomes()]).toEqual([['REJECTED'], ['NOT_MODIFIED']]);
  source.put('/participatingAgencies.xlsx', {
    ...{ bytes: await workbookOf(agencyNames(3), day(3)), lastModified: day(3) },
  });
  expect([await outcomes(), await outcomes()]).toEqual([['HELD'], ['NOT_MODIFIED']]);
  expect((await lists()).map(({ status }) => status)).toEqual(['HELD', 'REJECTED', 'ACCEPTED']);
  const operations = createOperations(database);
  const [held] = await operations.lists('HELD', null);
  await operations.reject(held?.id ?? '', 'cut off');
  const seen = (await operations.status()).lists[0]?.lastCheckedAt;
  expect([await outcomes(), await outcomes()]).toEqual([['KEPT_OUT'], ['KEPT_OUT']]);
  // What a person rejected is no file that cannot be read; it is not what the source should show, either.
  expect(await operations.status()).toMatchObject({
    ...{ alarms: [], source: { failures: 0 }, lists: [{ lastOutcome: 'KEPT_OUT', lastCheckedAt: seen }, {}] },
  });
  await db.execute(sql`update followed set good_at = good_at - interval '4 hours'`);
  await outcomes();
  expect((await operations.status()).alarms).toMatchObject([
    { kind: 'SOURCE_STALE', message: expect.stringContaining('it shows a list that was rejected or withdrawn') },
  ]);
});

const workbookWithoutHeader = (): Promise<Uint8Array> => buildWorkbook([{ rows: [['notes'], ['of no use']] }]);

test('what it takes in stands in the audit log, with who and where from, and a look that finds nothing does not', async () => {
  const follower = createOperations(database, { follow: settings }, localActor('follower'));
  const look = () => follower.follow({ onlyIfDue: false });
  await post(1);
  await look();
  source.put('/participatingAgencies.xlsx', { bytes: await workbookWithoutHeader(), lastModified: day(2) });
  await look();
  source.put('/participatingAgencies.xlsx', {
    ...{ bytes: await workbookOf(agencyNames(3), day(3)), lastModified: day(3) },
  });
  await look();
  await look();
  const fetchedFrom = `${source.origin}/participatingAgencies.xlsx`;
  const entries = await follower.audit(3, null);
  expect(entries.map(({ about }) => about)).toEqual(
    (await lists()).map(({ status, at }) => ({
      lists: [{ list: expect.any(String), status, publishedAt: at.toISOString(), fetchedFrom }],
    })),
  );
  for (const entry of entries) expect(entry).toMatchObject({ act: 'INGEST', actor: 'follower', address: null });
  await using api = await openApi(database);
  const { data } = await api.ask('{ auditLog(first: 3) { nodes { act actor about } } }', null, asOperator);
  expect(data).toEqual({
    auditLog: {
      nodes: entries.map(({ about }) => ({ act: 'INGEST', actor: 'follower', about: JSON.stringify(about) })),
    },
  });
});

test('addresses that the settings name are looked at without a page', async () => {
  await post(1, '/mirror/participating.xlsx');
  expect(await outcomes({ page: null, lists: [`${source.origin}/mirror/participating.xlsx`] })).toEqual(['ACCEPTED']);
  expect(source.asked).toEqual(['/mirror/participating.xlsx 200']);
});

test('a dead link to the pending list does not make looks rare', async () => {
  await post(1);
  source.html('<a href="/participatingAgencies.xlsx">Participating</a><a href="/gone.xlsx">Pending agencies</a>');
  expect(await outcomes()).toEqual(['ACCEPTED', 'HTTP_ERROR']);
  expect(await createOperations(database).status()).toMatchObject({
    source: { failures: 0 },
    lists: [
      { kind: 'PARTICIPATING', lastOutcome: 'ACCEPTED' },
      { kind: 'PENDING', lastOutcome: 'HTTP_ERROR' },
    ],
  });
});

test('goes by the schedule, once across processes, and backs off where the source fails', async () => {
  await post(1);
  const operations = createOperations(database, { follow: settings });
  const both = await Promise.all([operations.follow({ onlyIfDue: true }), operations.follow({ onlyIfDue: true })]);
  expect(both.map(({ ran }) => ran).sort()).toEqual([expect.stringMatching(/ELSEWHERE|NOT_DUE/), 'ROUND']);
  expect(await operations.follow({ onlyIfDue: true })).toMatchObject({ ran: 'NOT_DUE' });
  source.put('/287g', (_request, response) => void response.writeHead(429, { 'retry-after': '7200' }).end());
  const { nextAt } = await operations.follow({ onlyIfDue: false });
  expect(Date.parse(nextAt ?? '') - Date.now()).toBeGreaterThan(7_100_000);
  expect(await db.select({ outcome: followed.outcome }).from(followed).orderBy(followed.address)).toEqual([
    { outcome: 'HTTP_ERROR' },
    { outcome: 'ACCEPTED' },
  ]);
});
