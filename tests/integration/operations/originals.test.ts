import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { originalPieces, originals } from '../../../schema/tables/originals.ts';
import { DamagedOriginal } from '../../../src/database/originals.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, identities, log } from '../../support/ledgers/ledger.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await emptyLedger(db);
  if (database.config.kind === 'pglite') {
    await rm(join(database.config.directory, 'originals'), { recursive: true, force: true });
  }
});

const head = 'STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA';
const crowd = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${String.fromCharCode(65 + index).repeat(5)} Police`);

async function write(name: string, agencies: readonly string[], header = head): Promise<string> {
  const path = join(folder, name);
  const rows = agencies.map((agency) => `Texas,${agency},Municipality,,Task Force Model,2025-02-20,`);
  await writeFile(path, [header, ...rows, ''].join('\n'));
  return path;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function piecesOf(hash: string): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of database.originals.read(hash)) pieces.push(piece);
  return pieces;
}

async function keptBytes(hash: string): Promise<Buffer> {
  return Buffer.concat(await piecesOf(hash));
}

test('keeps each file once, whatever becomes of the list, and gives it back as it came', async () => {
  const accepted = await write('2025-03-01_participating.csv', crowd(20));
  const held = await write('2025-03-02_participating.csv', crowd(3));
  const rejected = await write('2025-03-03_notes.csv', crowd(3), 'no,known,header,,,,');
  const again = join(folder, '2025-03-05_participating.csv');
  await writeFile(again, await readFile(accepted));
  const report = await operations.ingest({ paths: [accepted, held, rejected, again] });
  expect(report.files.map(({ status }) => status)).toEqual(['ACCEPTED', 'HELD', 'REJECTED', 'ACCEPTED']);
  expect(await db.$count(originals)).toBe(3);
  for (const path of [accepted, held, rejected]) {
    const bytes = await readFile(path);
    expect((await keptBytes(sha256(bytes))).equals(bytes)).toBe(true);
  }
  expect(await db.select({ mediaType: originals.mediaType }).from(originals)).toEqual(
    Array(3).fill({ mediaType: 'text/csv' }),
  );
});

test('a file of many pieces comes back whole', async () => {
  const long = await write('2025-03-01_long.csv', crowd(20), `${head},${'x'.repeat(700_000)}`);
  await operations.ingest({ paths: [long] });
  const bytes = await readFile(long);
  const pieces = await piecesOf(sha256(bytes));
  expect(pieces.length).toBe(3);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
});

test('a dry run keeps nothing', async () => {
  await operations.ingest({ paths: [await write('2025-03-01_participating.csv', crowd(20))], dryRun: true });
  expect(await db.$count(originals)).toBe(0);
  if (database.config.kind === 'pglite') expect(await readdir(database.config.directory)).not.toContain('originals');
});

test('a list without bytes takes them when the same file comes again', async () => {
  const path = await write('2025-03-01_participating.csv', crowd(20));
  await operations.ingest({ paths: [path] });
  await db.delete(originalPieces);
  await db.delete(originals);
  const hash = sha256(await readFile(path));
  if (database.config.kind === 'pglite') await rm(join(database.config.directory, 'originals', hash));
  await expect(operations.archive(join(folder, 'without'))).resolves.toMatchObject({
    ...{ files: 0, missing: ['2025-03-01_participating.csv'] },
  });
  const { files } = await operations.ingest({ paths: [path] });
  expect(files).toMatchObject([{ status: 'DUPLICATE' }]);
  expect((await keptBytes(hash)).equals(await readFile(path))).toBe(true);
});

test('bytes that are not those that were kept are never passed on as a whole', async () => {
  const path = await write('2025-03-01_participating.csv', crowd(20));
  await operations.ingest({ paths: [path] });
  const hash = sha256(await readFile(path));
  if (database.config.kind === 'pglite') {
    const kept = join(database.config.directory, 'originals', hash);
    await writeFile(kept, (await readFile(kept, 'utf8')).replace('AAAAA', 'AAAAB'));
  } else await db.update(originalPieces).set({ piece: Buffer.from('something else') });
  await expect(keptBytes(hash)).rejects.toThrow(DamagedOriginal);
  if (database.config.kind !== 'pglite') return;
  await operations.ingest({ paths: [path] });
  expect((await keptBytes(hash)).equals(await readFile(path))).toBe(true);
});

test('an archive ingested by its manifest makes the same ledger, ids and log included', {
  timeout: 120_000,
}, async () => {
  const first = await write('participating-a.csv', crowd(20));
  const late = await write('2025-02-25_participating.csv', crowd(19));
  const held = await write('2025-03-22_participating.csv', crowd(3));
  const newest = await write('2025-03-20_participating.csv', crowd(18));
  const history = await write('2025-03-21_participating.csv', crowd(21));
  await operations.ingest({ paths: [first], publishedAt: '2025-03-01' });
  await operations.ingest({ paths: [newest] });
  await operations.ingest({ paths: [late] });
  await operations.ingest({ paths: [held] });
  await operations.ingest({ paths: [history], backfill: true });
  const before = { ids: await identities(db), log: await told(), lists: await lists() };
  const archive = join(folder, 'archive');
  expect(await operations.archive(archive)).toMatchObject({ files: 5, missing: [] });
  expect((await readdir(archive)).sort()).toEqual([
    ...['2025-02-25T170000Z_participating_2025-02-25_participating.csv'],
    ...['2025-03-01T170000Z_participating_participating-a.csv'],
    ...['2025-03-20T160000Z_participating_2025-03-20_participating.csv'],
    ...['2025-03-21T160000Z_participating_2025-03-21_participating.csv'],
    ...['2025-03-22T160000Z_participating_2025-03-22_participating.csv', 'MANIFEST.csv'],
  ]);
  await expect(operations.archive(archive)).rejects.toThrow(/is not empty/);
  await emptyLedger(db);
  const report = await operations.ingest({ paths: [], manifest: join(archive, 'MANIFEST.csv') });
  expect(report.files.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'HELD', 'ACCEPTED']);
  expect({ ids: await identities(db), log: await told(), lists: await lists() }).toEqual(before);
});

/** All but why history was told in sum: of lists that came together the operator is said to know. */
const told = async (): Promise<unknown> =>
  (await log(db)).map((line) => (line.kind === 'HISTORY_CHANGED' ? { ...line, summary: null } : line));

/** What a manifest says of lists. */
async function lists(): Promise<unknown> {
  const rows = await db.execute(sql`select json_agg(json_build_array(id, status, published_at, published_at_basis,
    file_name, sha256, origin, backfill) order by number)::text as lists from snapshots`);
  return JSON.stringify(rows);
}

test('a manifest that is none, or whose files are others, is refused by name', async () => {
  const path = await write('2025-03-01_participating.csv', crowd(20));
  await operations.ingest({ paths: [path] });
  const archive = join(folder, 'changed');
  await operations.archive(archive);
  const manifest = join(archive, 'MANIFEST.csv');
  const text = await readFile(manifest, 'utf8');
  const refused = async (given: string): Promise<string> => {
    await writeFile(manifest, given);
    return operations.ingest({ paths: [], manifest }).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
  };
  expect(await refused(text.replace(',FILE_NAME,', ',RUMOUR,'))).toMatch(/MANIFEST.csv, row 2, basis: /);
  expect(await refused(text.replace('sha256', 'sha512'))).toMatch(/has no column sha256/);
  expect(await refused(text.replace(/,[0-9a-f]{64},/, `,${'0'.repeat(64)},`))).toMatch(/has not the SHA-256/);
  expect(await refused(text.replace(/^2025[^,]*/m, '../2025.csv'))).toMatch(/row 2, file: /);
  await expect(operations.ingest({ paths: [path], manifest })).rejects.toThrow(/give it alone/);
});
