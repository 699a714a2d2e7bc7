import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ingestFiles } from '../../../src/operations/ingest-files.ts';
import { emptyLedger } from '../../support/ledger.ts';
import { rederiveAll } from '../../support/rederive-all.ts';
import { openTestDatabase } from '../../support/test-database.ts';

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
  const path = join(folder, `2025-03-${String(day).padStart(2, '0')}_participating.csv`);
  const rows = agencies.map((agency) => `Texas,${agency},Municipality,,Task Force Model,2025-02-20,`);
  await writeFile(path, [head, ...rows, ''].join('\n'));
  return path;
}

test('lists before the newest in the ledger go in sixteen at a time, in the order of their publication', async () => {
  const newest = await writeList(30, 'Alpha Police', 'Bravo Police');
  const before = await ingestFiles(db, { paths: [newest] }, 'FILE');
  const late = await Promise.all(Array.from({ length: 18 }, (_, index) => writeList(20 - index, 'Alpha Police')));
  const report = await ingestFiles(db, { paths: late }, 'FILE');
  expect(report.files.map(({ fileName, status }) => `${fileName} ${status}`)).toEqual(
    late.toReversed().map((path) => `${path.slice(folder.length + 1)} ACCEPTED`),
  );
  // Sixteen, one more, and the newest of these files by itself, for its events may be live.
  expect(BigInt(report.revision) - BigInt(before.revision)).toBe(3n);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});
