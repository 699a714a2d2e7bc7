import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ingestFiles } from '../../../src/operations/lists/ingest-files.ts';
import type { IngestReport } from '../../../src/operations/operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';

const database = await openTestDatabase();
const { db } = database;
const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => emptyLedger(db));

const head = 'STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA';

async function writeList(day: number, ...agencies: string[]): Promise<string> {
  const on = new Date(Date.UTC(2025, 2, day)).toISOString().slice(0, 10);
  const path = join(folder, `${on}_participating.csv`);
  const rows = agencies.map((agency) => `Texas,${agency},Municipality,,Task Force Model,2025-02-20,`);
  await writeFile(path, [head, ...rows, ''].join('\n'));
  return path;
}

test('lists long before the newest in the ledger go in sixteen at a time, in the order of their publication', async () => {
  const newest = await writeList(40, 'Alpha Police', 'Bravo Police');
  const before = await ingestFiles(database, { paths: [newest] }, 'FILE');
  const late = await Promise.all(Array.from({ length: 18 }, (_, index) => writeList(20 - index, 'Alpha Police')));
  const report = await ingestFiles(database, { paths: late }, 'FILE');
  expect(report.files.map(({ fileName, status }) => `${fileName} ${status}`)).toEqual(
    late.toReversed().map((path) => `${path.slice(folder.length + 1)} ACCEPTED`),
  );
  // Sixteen, then two more.
  expect(BigInt(report.revision) - BigInt(before.revision)).toBe(2n);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

const crowd = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `${String.fromCharCode(65 + (index % 26)).repeat(2 + index / 26)} Police`,
  );

test('a later list that is held, known, given twice or no list does not silence those that are accepted', async () => {
  await ingestFiles(database, { paths: [await writeList(1, ...crowd(30))] }, 'FILE');
  const good = await writeList(2, ...crowd(31));
  const better = await writeList(3, ...crowd(32));
  const cutOff = await Promise.all([writeList(4, ...crowd(5)), writeList(5, ...crowd(4))]);
  const notes = join(folder, '2025-03-06_notes.csv');
  await writeFile(notes, 'no,known,header\n1,2,3\n');
  const twice = join(folder, '2025-03-03_copy.csv');
  await copyFile(better, twice);
  const report = await ingestFiles(database, { paths: [good, better, twice, ...cutOff, notes] }, 'FILE');
  expect(report.files.map(({ status, liveEvents }) => `${status} ${liveEvents}`)).toEqual([
    'ACCEPTED 1',
    'ACCEPTED 1',
    'DUPLICATE 0',
    'HELD 0',
    'HELD 0',
    'REJECTED 0',
  ]);
  const missing = await writeList(7, ...crowd(33));
  const again = await ingestFiles(database, { paths: [missing, ...cutOff, notes] }, 'FILE');
  expect(again.files.filter(({ liveEvents }) => liveEvents > 0)).toMatchObject([{ status: 'ACCEPTED', liveEvents: 1 }]);
});

const telling = (report: IngestReport): unknown[] => report.files.map(({ events, liveEvents }) => [events, liveEvents]);

test('several lists each tell what they change, in their order, and none where the operator says so', async () => {
  await ingestFiles(database, { paths: [await writeList(1, 'Alpha Police')] }, 'FILE');
  const next = [
    await writeList(2, 'Alpha Police', 'Bravo Police'),
    await writeList(3, 'Alpha Police', 'Bravo Police', 'Charlie Police'),
  ];
  const dry = await ingestFiles(database, { paths: next, dryRun: true }, 'FILE');
  expect(telling(dry)).toEqual([
    [{ AGREEMENT_ADDED: 1 }, 1],
    [{ AGREEMENT_ADDED: 1 }, 1],
  ]);
  const history = await ingestFiles(database, { paths: next, backfill: true }, 'FILE');
  const sum = { AGREEMENT_ADDED: 1, HISTORY_CHANGED: 1 };
  expect(telling(history)).toEqual([
    [sum, 1],
    [sum, 1],
  ]);
});

test('of the lists of one command those of more than 14 days before the newest are told in sum', async () => {
  await ingestFiles(database, { paths: [await writeList(1, 'Alpha Police')] }, 'FILE');
  const paths = [
    await writeList(3, 'Alpha Police', 'Bravo Police'),
    await writeList(4, 'Alpha Police', 'Bravo Police', 'Charlie Police'),
    await writeList(18, 'Alpha Police', 'Bravo Police', 'Charlie Police', 'Delta Police'),
  ];
  expect(telling(await ingestFiles(database, { paths }, 'FILE'))).toEqual([
    [{ AGREEMENT_ADDED: 1, HISTORY_CHANGED: 1 }, 1],
    [{ AGREEMENT_ADDED: 1 }, 1],
    [{ AGREEMENT_ADDED: 1 }, 1],
  ]);
});

test('names the list that makes one late, where something speaks against the time of that list', async () => {
  const first = await writeList(1, 'Alpha Police');
  const ahead = join(folder, '2025-04-12_participatingAgencies03022025.csv');
  await copyFile(await writeList(2, 'Alpha Police', 'Bravo Police'), ahead);
  const genuine = await writeList(3, 'Alpha Police');
  const behindOf = async (...paths: string[]): Promise<unknown[]> =>
    (await ingestFiles(database, { paths }, 'FILE')).files.map(({ behind }) => behind);
  expect(await behindOf(first, ahead)).toEqual([null, null]);
  const behind = {
    ...{ id: expect.any(String), fileName: '2025-04-12_participatingAgencies03022025.csv', modifiedAt: null },
    ...{
      publishedAt: '2025-04-12T16:00:00.000Z',
      reason: expect.stringContaining('has the publisher’s day 2025-03-02'),
    },
  };
  expect(await behindOf(genuine)).toEqual([behind]);
  expect(await behindOf(genuine)).toEqual([null]);
  await emptyLedger(db);
  // With a later list of whose time nothing speaks against it is late either way.
  expect(await behindOf(first, ahead, await writeList(43, 'Alpha Police'))).toEqual([null, null, null]);
  expect(await behindOf(genuine)).toEqual([null]);
});
