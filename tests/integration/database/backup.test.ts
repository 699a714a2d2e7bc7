/** A backup holds the ledger to its last row, takes its place whole or not at all, and restores under a new epoch. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { expect, inject, onTestFinished, test } from 'vitest';
import { BackupFailed, type BackupReport } from '../../../src/database/backup/backup-report.ts';
import { backUpEmbedded, copyPath, restoreEmbedded } from '../../../src/database/backup/embedded-backup.ts';
import { backUpPostgres, restorePostgres } from '../../../src/database/backup/postgres-backup.ts';
import type { OpenDatabase, Original } from '../../../src/database/database.ts';
import { originalsFolder } from '../../../src/database/embedded/original-files.ts';
import { lockDirectory } from '../../../src/database/folder/directory-lock.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { openLedger } from '../../../src/database/open-ledger.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { lastBackups } from '../../../src/operations/backups.ts';
import { cloneTemplate, openTestDatabase } from '../../support/databases/test-database.ts';
import { runHere } from '../../support/processes/command-here.ts';
import { dataDirectory } from '../../support/processes/program.ts';
import { administer, databaseUrl } from '../../support/run/global-setup.ts';
import { fillSmallLedger } from '../graphql/small-ledger.ts';

const kind = inject('template').kind;
const environment = (more: Record<string, string>) => ({ ...process.env, ...more });

/** What a file must begin with to be taken for one. */
const olderBackup = gzipSync('accord287-backup.json');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Every row of every table but the epoch, and but the row of a restore. */
async function everything(database: OpenDatabase): Promise<unknown> {
  const tables = await selectRecords<{ name: string }>(
    database.db,
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const read = tables.map(async ({ name }) => [
    name,
    await selectRecords(
      database.db,
      sql`select to_jsonb(one) - 'epoch' as row from ${sql.identifier(name)} one
        where to_jsonb(one) ->> 'restored_at' is null order by to_jsonb(one)::text`,
    ),
  ]);
  return Promise.all(read);
}

function originalOf(text: string): Original {
  const bytes = Buffer.from(text);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes, mediaType: 'text/csv' };
}

const epochOf = async (database: OpenDatabase): Promise<string | undefined> =>
  (await selectRecords<{ epoch: string }>(database.db, sql`select epoch from ledger`))[0]?.epoch;

test.runIf(kind === 'pglite')(
  'an embedded ledger in use goes to one file, and comes back to its last row',
  { timeout: 240_000 },
  async () => {
    await using ledger = await openTestDatabase();
    if (ledger.config.kind !== 'pglite') throw new Error('not embedded');
    await fillSmallLedger(ledger.db);
    const { directory } = ledger.config;
    const folder = await temporaryFolder();
    const file = join(folder, 'a.backup');
    writeFileSync(file, olderBackup);
    const [early, late, damaged] = ['early', 'late', 'damaged'].map(originalOf);
    if (!early || !late || !damaged) throw new Error('no originals');
    for (const original of [early, damaged])
      await inTransaction(ledger.db, (tx) => ledger.originals.keep(tx, original));
    writeFileSync(join(originalsFolder(directory), damaged.sha256), 'something else');
    const copy = async (): Promise<void> => {
      // Behind an open transaction the copy waits; of its rows it has all.
      const changing = ledger.db.transaction(async (tx) => {
        await tx.execute(sql`update ledger set revision = revision + 1`);
        await ledger.originals.keep(tx, late);
        await tx.execute(sql`select pg_sleep(0.2)`);
      });
      await Promise.all([changing, ledger.copyTo?.(copyPath(directory))]);
    };
    const report = await backUpEmbedded(directory, file, copy);
    expect(report).toMatchObject({ bytes: (await stat(file)).size, damagedOriginals: [damaged.sha256] });
    expect((await stat(file)).mode & 0o077).toBe(0);
    const target = join(folder, 'data', 'real');
    await restoreEmbedded(file, target);
    const restored = await openLedger({ directory: target, sample: false }, 1);
    try {
      expect(await everything(restored.database)).toEqual(await everything(ledger));
      for (const { sha256, bytes } of [early, late]) {
        const pieces: Uint8Array[] = [];
        for await (const piece of restored.database.originals.read(sha256)) pieces.push(piece);
        expect(Buffer.concat(pieces)).toEqual(bytes);
      }
      expect(await epochOf(restored.database)).not.toBe(await epochOf(ledger));
      await expectRestored(restored.database, file, report);
      await expect(restoreEmbedded(file, target)).rejects.toThrow('open in process');
    } finally {
      await restored.close();
    }
    await expect(restoreEmbedded(file, target)).rejects.toThrow('replaces nothing');
    expect(readdirSync(folder).sort()).toEqual(['a.backup', 'data']);
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['real', 'real.flock', 'real.mark']);
    // One of an older build.
    await ledger.db.execute(sql`alter table backups drop column restored_at`);
    await backUpEmbedded(directory, file, () => ledger.copyTo?.(copyPath(directory)) ?? Promise.resolve());
    await restoreEmbedded(file, join(folder, 'older', 'real'));
  },
);

test.runIf(kind === 'pglite')(
  'a backup that is cut off, changed or something else is refused, and nothing is restored',
  { timeout: 240_000 },
  async () => {
    const clone = await cloneTemplate();
    onTestFinished(clone.remove);
    if (clone.config.kind !== 'pglite') throw new Error('not embedded');
    const made = await openLedger({ directory: clone.config.directory, sample: false }, 1);
    await made.close();
    const folder = await temporaryFolder();
    const file = join(folder, 'whole');
    await backUpEmbedded(clone.config.directory, file, null);
    const whole = await readFile(file);
    const changed = Buffer.from(whole);
    changed[whole.length >> 1] = (changed[whole.length >> 1] ?? 0) ^ 0xff;
    const bad = { cut: whole.subarray(0, whole.length - 200), half: whole.subarray(0, whole.length >> 1), changed };
    const others = { empty: Buffer.alloc(0), text: Buffer.from('hello, world'), dump: Buffer.from('PGDMP...') };
    for (const [name, bytes] of Object.entries({ ...bad, ...others })) {
      writeFileSync(join(folder, name), bytes);
      const target = join(folder, 'data', 'real');
      await expect(restoreEmbedded(join(folder, name), target), name).rejects.toThrow(BackupFailed);
      expect(readdirSync(join(folder, 'data'))).toEqual(['real.flock']);
    }
  },
);

test.runIf(kind === 'pglite')(
  'a backup of a damaged copy does not take the place of the older one',
  { timeout: 240_000 },
  async () => {
    await using ledger = await openTestDatabase();
    if (ledger.config.kind !== 'pglite') throw new Error('not embedded');
    const { directory } = ledger.config;
    const file = join(await temporaryFolder(), 'a.backup');
    writeFileSync(file, olderBackup);
    const copy = async (): Promise<void> => {
      await ledger.copyTo?.(copyPath(directory));
      truncateSync(join(copyPath(directory), 'global/pg_control'), 100);
    };
    await expect(backUpEmbedded(directory, file, copy)).rejects.toThrow('does not open');
    expect(await readFile(file)).toEqual(olderBackup);
    expect(existsSync(`${file}.unfinished`)).toBe(false);
  },
);

const others: [string, RegExp, (path: string) => unknown][] = [
  ['text', /no backup of a ledger/, (path) => writeFileSync(path, 'notes')],
  ['another archive', /no backup of a ledger/, (path) => writeFileSync(path, gzipSync('notes'))],
  ['a folder', /is a folder/, (path) => mkdirSync(path)],
  ['a pipe', /no regular file/, (path) => execFileSync('mkfifo', [path])],
  [
    'a link to a backup',
    /is a link/,
    (path) => {
      writeFileSync(`${path}.target`, olderBackup);
      symlinkSync(`${path}.target`, path);
    },
  ],
];

test.each(others)('a backup does not replace %s', async (_what, why, make) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.backup');
  make(file);
  const before = lstatSync(file);
  // It is refused before anything is asked of the ledger.
  for (const backUp of [
    () => backUpEmbedded(folder, file, null),
    () => backUpPostgres({ url: 'postgres://nowhere', environment }, file),
  ]) {
    const refusal = await backUp().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(BackupFailed);
    expect(String(refusal)).toMatch(why);
    expect(String(refusal)).toContain(`${file} is`);
  }
  expect(lstatSync(file)).toMatchObject({ ino: before.ino, size: before.size, mode: before.mode });
  expect(readdirSync(folder).filter((name) => !name.startsWith('a.backup'))).toEqual([]);
});

test('a backup into a folder that is not there, and a restore from a pipe, say so', async () => {
  const folder = await temporaryFolder();
  const missing = backUpEmbedded(folder, join(folder, 'none', 'a.backup'), null);
  await expect(missing).rejects.toThrow(`There is no folder ${join(folder, 'none')}`);
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await expect(restoreEmbedded(join(folder, 'pipe'), join(folder, 'data', 'real'))).rejects.toThrow('is no file');
});

test.runIf(kind === 'pglite')('a backup while a server starts is to be tried again, and is no alarm', async () => {
  await using data = await dataDirectory('real');
  const file = join(await temporaryFolder(), 'a.backup');
  const starting = await lockDirectory(join(data.path, 'real'));
  const refused = await runHere(['backup', file], { DATA_DIR: data.path });
  await starting.release();
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`process ${process.pid}, which takes`) });
  expect(refused.stderr).toMatch(/Try again in a moment\.\n$/);
  const { stdout } = await runHere(['status', '--json'], { DATA_DIR: data.path });
  expect(JSON.parse(stdout)).toMatchObject({ backup: null, alarms: [] });
});

test.runIf(kind === 'postgres')(
  'a ledger on a server goes to one file, and into an empty database',
  { timeout: 240_000 },
  async () => {
    await using ledger = await openTestDatabase();
    if (ledger.config.kind !== 'postgres') throw new Error('embedded');
    await fillSmallLedger(ledger.db);
    const folder = await temporaryFolder();
    const file = join(folder, 'a.backup');
    const report = await backUpPostgres({ url: ledger.config.url, environment }, file);
    expect(report.bytes).toBe((await stat(file)).size);
    const target = await emptyDatabase();
    await restorePostgres({ url: target, environment }, file);
    const restored = await openLedger({ url: target, sample: false }, 1);
    expect(await everything(restored.database)).toEqual(await everything(ledger));
    expect(await epochOf(restored.database)).not.toBe(await epochOf(ledger));
    await expectRestored(restored.database, file, report);
    await expect(restorePostgres({ url: target, environment }, file)).rejects.toThrow('stop it first');
    await restored.close();
    await expect(restorePostgres({ url: target, environment }, file)).rejects.toThrow('replaces nothing');

    const whole = await readFile(file);
    writeFileSync(join(folder, 'cut'), whole.subarray(0, whole.length - 500));
    const other = await emptyDatabase();
    await expect(restorePostgres({ url: other, environment }, join(folder, 'cut'))).rejects.toThrow(BackupFailed);
    const database = await openDatabase({ kind: 'postgres', url: other });
    expect(await everything(database)).toEqual([]);
    await database.close();
    // One of an older build.
    await ledger.db.execute(sql`alter table backups drop column restored_at`);
    await backUpPostgres({ url: ledger.config.url, environment }, file);
    await restorePostgres({ url: await emptyDatabase(), environment }, file);
  },
);

test.runIf(kind === 'postgres')(
  'commands that only read make nothing in a database without a ledger, and say so',
  { timeout: 120_000 },
  async () => {
    const folder = await temporaryFolder();
    const settings = { DATABASE_URL: await emptyDatabase(), DATA_DIR: folder };
    const list = join(folder, '2025-03-01_participating.csv');
    writeFileSync(
      list,
      'STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED\nTEXAS,A Police,Task Force Model,2025-02-01\n',
    );
    const database = await openDatabase({ kind: 'postgres', url: settings.DATABASE_URL });
    for (const command of [['status'], ['lists'], ['review'], ['key', 'list'], ['backup', join(folder, 'a.backup')]]) {
      const { code, stdout, stderr } = await runHere(command, settings);
      expect([command, code, stdout, stderr.split('\n').length]).toEqual([command, 1, '', 2]);
      expect(stderr).toContain('There is no ledger in the database of DATABASE_URL');
    }
    const tried = await runHere(['ingest', '--dry-run', list], settings);
    expect(tried.code, tried.stderr).toBe(0);
    expect(await everything(database)).toEqual([]);
    const schemas = sql`select nspname as name from pg_namespace where nspname = 'drizzle'`;
    expect(await selectRecords(database.db, schemas)).toEqual([]);
    await database.close();
  },
);

test.runIf(kind === 'postgres')(
  'a restore takes the place of a ledger in which nothing was done, and of nothing else',
  { timeout: 120_000 },
  async () => {
    await using ledger = await openTestDatabase();
    if (ledger.config.kind !== 'postgres') throw new Error('embedded');
    const folder = await temporaryFolder();
    const file = join(folder, 'a.backup');
    const restore = async (url: string): Promise<unknown> =>
      restorePostgres({ url, environment }, file).catch((error: Error) => error.message);
    await fillSmallLedger(ledger.db);
    await backUpPostgres({ url: ledger.config.url, environment }, file);
    const url = await emptyDatabase();
    const migrated = await runHere(['migrate'], { DATABASE_URL: url, DATA_DIR: folder });
    expect(migrated.code, migrated.stderr).toBe(0);
    const change = async (statement: string): Promise<void> => {
      await administer(url, (admin) => admin.unsafe(statement));
    };
    await change('create view notes as select 1 as one from ledger');
    expect(await restore(url)).toContain('it has notes');
    await change('drop view notes');
    const used = await emptyDatabase();
    for (const command of [['migrate'], ['key', 'create', '--role', 'ingest', '--name', 'upload']]) {
      expect((await runHere(command, { DATABASE_URL: used, DATA_DIR: folder })).code).toBe(0);
    }
    expect(await restore(used)).toContain('has entries in its audit log (1): a restore replaces nothing');
    const whole = await readFile(file);
    writeFileSync(file, whole.subarray(0, whole.length - 500));
    expect(await restore(url)).not.toContain('replaces nothing');
    const before = await openDatabase({ kind: 'postgres', url });
    expect(await epochOf(before)).toBeDefined();
    await before.close();
    writeFileSync(file, whole);
    expect(await restore(url)).toMatchObject({ takenAt: expect.any(String) });
    const restored = await openLedger({ url, sample: false }, 1);
    expect(await everything(restored.database)).toEqual(await everything(ledger));
    await restored.close();
    expect(await restore(url)).toMatch(/has events \(\d+\): a restore replaces nothing/);
  },
);

/** It knows from which backup it is, and when that was made. */
async function expectRestored({ db }: OpenDatabase, file: string, { takenAt, bytes }: BackupReport): Promise<void> {
  const { made, restored } = await lastBackups(db);
  expect(restored).toMatchObject({ file, bytes, error: null, restoredAt: expect.any(Date) });
  expect(made).toEqual(restored);
  expect(restored?.startedAt.toISOString()).toBe(takenAt);
}

async function emptyDatabase(): Promise<string> {
  const template = inject('template');
  if (template.kind !== 'postgres') throw new Error('embedded');
  const name = template.database.replace(/template$/, `restored_${Math.random().toString(36).slice(2)}`);
  await administer(template.adminUrl, (admin) => admin`create database ${admin(name)}`);
  return databaseUrl(template.adminUrl, name);
}
