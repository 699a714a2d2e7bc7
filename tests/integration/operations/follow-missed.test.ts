/** No list that the page linked to is missed, whatever happens to the look at it and wherever the link is by then. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { followed, leases } from '../../../schema/tables/follow.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { createListReader } from '../../../src/intake/list-reader.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { followRound } from '../../../src/operations/follow/follow-round.ts';
import { ingestIncoming } from '../../../src/operations/lists/ingest-incoming.ts';
import type { FollowReport } from '../../../src/operations/operations.ts';
import { log } from '../../support/ledgers/ledger.ts';
import { openFollowedSource } from '../../support/source/followed-source.ts';
import { type Answer, agencyNames, workbookOf } from '../../support/source/stub-source.ts';

vi.setConfig({ testTimeout: 120_000 });
const { database, source } = await openFollowedSource();
const { db } = database;

function look(signal?: AbortSignal): Promise<FollowReport> {
  const settings = { page: source.page, lists: [], schedule: '*/10 * * * *', staleHours: 3, userAgent: 'test' };
  return followRound(database, settings, { onlyIfDue: false, deadline: 1_000, signal });
}

const day = (number: number): string => new Date(Date.UTC(2026, 2, number, 15)).toISOString();
const pathOf = (number: number): string => `/participating-${number}.xlsx`;
const listOf = (number: number): Promise<Uint8Array> => workbookOf(agencyNames(30 + number), day(number));

/** The list of that day under an address of its own, without a link to it. */
async function put(number: number): Promise<string> {
  source.put(pathOf(number), { bytes: await listOf(number), lastModified: day(number) });
  return pathOf(number);
}

async function taken(): Promise<number[]> {
  const rows = await db.select({ at: snapshots.publishedAt }).from(snapshots).orderBy(snapshots.publishedAt);
  return rows.map(({ at }) => at.getUTCDate());
}

const faults: Record<string, (bytes: Uint8Array) => Answer> = {
  'a server that is overloaded': () => (_request, response) => void response.writeHead(503).end(),
  'a connection that is reset in the middle': (bytes) => (_request, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1_000), () => response.socket?.resetAndDestroy());
  },
  'an answer that takes too long': () => () => {},
  'a block page': () => (_request, response) => void response.writeHead(200).end('<!doctype html><p>Are you human?'),
};

test.each(Object.entries(faults))(
  'a list is taken after %s, though the page links to the next one by then',
  async (_name, fault) => {
    source.links(await put(1));
    await look();
    source.put(pathOf(2), fault(await listOf(2)));
    source.links(pathOf(2));
    await look();
    source.links(await put(3));
    await look();
    expect(await taken()).toEqual([1, 3]);
    await put(2);
    // Its turn comes ever later: now it is by chance too early.
    await db.update(followed).set({ checkedAt: sql`now() - interval '1 minute'` });
    await look();
    expect(await taken()).toEqual([1, 2, 3]);
    source.asked.length = 0;
    await look();
    expect(source.asked).not.toContainEqual(expect.stringContaining(pathOf(2)));
  },
);

test('a link is asked for though the first look at it was cut short and the page has another by then', async () => {
  const stop = new AbortController();
  source.put(pathOf(1), () => stop.abort());
  source.links(pathOf(1));
  await expect(look(stop.signal)).rejects.toThrow(/abort/);
  await put(1);
  source.links(await put(2));
  await db.execute(sql`truncate leases`);
  expect((await look()).looks.map(({ outcome }) => outcome)).toEqual(['PAGE_READ', 'ACCEPTED', 'ACCEPTED']);
  expect(await taken()).toEqual([1, 2]);
});

test('a link that never answers is asked ever more rarely, holds up nothing, and is given up', async () => {
  const dead = '/participating-never.xlsx';
  source.links(dead);
  await look();
  source.links(await put(2));
  const asked = async (firstAt: string, checkedAt: string): Promise<boolean> => {
    await db.execute(sql`update followed set first_at = now() - ${firstAt}::interval,
      checked_at = now() - ${checkedAt}::interval, good_at = null`);
    const { looks } = await look();
    return looks.some(({ address }) => address.endsWith(dead));
  };
  expect(await asked('10 minutes', '5 minutes')).toBe(true);
  expect(await asked('1 day', '1 hour')).toBe(false);
  expect(await asked('1 day', '3 hours')).toBe(true);
  expect(await asked('31 days', '4 days')).toBe(false);
  expect(await createOperations(database).status()).toMatchObject({ source: { failures: 0 }, alarms: [] });
});

test('a page that keeps its old lists before the newest is looked through in turns', async () => {
  const paths: string[] = [];
  for (let number = 1; number <= 12; number += 1) paths.push(await put(number));
  source.links(...paths);
  await look();
  await look();
  expect(await taken()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  source.put(pathOf(12), { bytes: await listOf(13), lastModified: day(13) });
  await look();
  await look();
  expect((await taken()).at(-1)).toBe(13);
});

test('a link that is longer than any address, or that an address cannot have, hides no other', async () => {
  const long = `/participating.xlsx?${randomBytes(6_000).toString('base64url')}`;
  source.links(long, 'http://[participating.xlsx', '/participating.xlsx?a=\u0000\uFFFF%ED%A0%80', await put(1));
  await look();
  expect(await taken()).toEqual([1]);
});

test('two that look at once, since the lease of one ran out in the middle, take each list once', async () => {
  source.links(await put(1));
  await look();
  const second = { bytes: await listOf(2), lastModified: day(2) };
  let answer = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    source.put(pathOf(2), (_request, response) => {
      answer = () =>
        void response.writeHead(200, { 'last-modified': new Date(day(2)).toUTCString() }).end(second.bytes);
      resolve();
    });
  });
  source.links(pathOf(2));
  const slow = look();
  await isAsked;
  await db.update(leases).set({ until: sql`now() - interval '1 second'` });
  await put(2);
  source.links(pathOf(2), await put(3));
  const fast = look();
  answer();
  expect((await Promise.all([slow, fast])).map(({ ran }) => ran)).toEqual(['ROUND', 'ROUND']);
  expect(await taken()).toEqual([1, 2, 3]);
  const news = (await log(db)).filter(({ kind }) => kind === 'AGREEMENT_ADDED');
  expect(news.map(({ backfill }) => backfill).slice(-2)).toEqual([false, false]);
  expect(news).toHaveLength(33);
});

test('what was read already is not read again, when a busy machine may not be done in time', async () => {
  const bytes = await listOf(1);
  const facts = { fileName: 'participating.xlsx', receivedAt: day(2), lastModified: day(1) };
  const incoming = { facts, origin: 'FOLLOWED', backfill: false, read: async () => bytes } as const;
  const reading = { result: await readList(bytes, facts), stamp: '' };
  const reader = createListReader({ milliseconds: 1 });
  const { files } = await ingestIncoming(database, [{ ...incoming, reading }], { reader });
  await reader.close();
  expect(files.map(({ status }) => status)).toEqual(['ACCEPTED']);
});

test('a list that the program itself fails on keeps out none that comes with it', async () => {
  await db.execute(sql`create function refuse_one() returns trigger language plpgsql as
    $$ begin raise exception 'a fault of the program'; end $$`);
  await db.execute(sql`create trigger refuse_one before insert on snapshots for each row
    when (new.file_name = 'participating-1.xlsx') execute function refuse_one()`);
  try {
    source.links(await put(1), await put(2), await put(3));
    await expect(look()).rejects.toThrow();
    expect(await taken()).toEqual([2, 3]);
  } finally {
    await db.execute(sql`drop trigger refuse_one on snapshots`);
    await db.execute(sql`drop function refuse_one`);
  }
  // The program is mended: what was left out is asked for again.
  expect((await look()).files.map(({ fileName, status }) => [fileName, status])).toContainEqual([
    'participating-1.xlsx',
    'ACCEPTED',
  ]);
  expect(await taken()).toEqual([1, 2, 3]);
});
