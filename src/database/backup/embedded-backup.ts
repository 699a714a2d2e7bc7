/**
 * A backup of an embedded ledger: one compressed archive of its folder, the originals of its lists included. It is made
 * of a copy that was taken while no statement ran, and takes its place only once it was read back, opened and found
 * whole. Restoring is the same reading back, under a new epoch.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getTableName, sql } from 'drizzle-orm';
import { create, extract } from 'tar';
import * as z from 'zod';
import { backups } from '../../../schema/tables/backups.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import { originals } from '../../../schema/tables/originals.ts';
import type { Database, OpenDatabase } from '../database.ts';
import { isDiskFull } from '../error-cause.ts';
import { DirectoryLocked, lockDirectory } from '../folder/directory-lock.ts';
import { copyPrivately, keepParentPrivate } from '../folder/private-files.ts';
import { syncBelow, syncPath } from '../folder/sync-files.ts';
import { openDatabase } from '../open.ts';
import { DamagedOriginal } from '../originals.ts';
import { selectRecords } from '../records.ts';
import { type LogEnd, requireUnbrokenLog, requireWholeLog } from '../whole-log.ts';
import { LABEL, requireKind, requireTarget, unfinishedName } from './backup-file.ts';
import { BackupFailed, type BackupReport, LedgerBusy } from './backup-report.ts';

const labelShape = z.object({ format: z.literal(1), takenAt: z.string() });

/**
 * Writes a backup of the ledger in `directory` to `file`, in place of an older one. `copyThroughServer` asks the server
 * that has the ledger open for a copy at {@link copyPath}; null: none runs, and the folder is locked meanwhile. Throws
 * {@link BackupFailed}, `UnsafeFolder`, and {@link LedgerBusy} where the ledger is open and nobody answers.
 */
export async function backUpEmbedded(
  directory: string,
  file: string,
  copyThroughServer: (() => Promise<void>) | null,
): Promise<BackupReport> {
  if (!existsSync(directory)) throw new BackupFailed(`There is no ledger in ${directory}.`);
  await requireTarget(file);
  // What this leaves beside the ledger is its owner's too.
  await keepParentPrivate(directory);
  const copy = copyPath(directory);
  const lock = await lockForBackup(copy);
  const unfinished = unfinishedName(file);
  try {
    await rm(copy, { recursive: true, force: true });
    const label = { format: 1, takenAt: new Date().toISOString() };
    if (copyThroughServer === null) await copyLocked(directory, copy);
    else await copyThroughServer();
    await writeFile(join(copy, LABEL), JSON.stringify(label), { mode: 0o600 });
    await writeArchive(copy, unfinished);
    await readArchive(unfinished, copy);
    const found = await inspect(copy);
    await rename(unfinished, file);
    await syncPath(dirname(file));
    return { ...found, takenAt: label.takenAt, bytes: (await stat(file)).size };
  } finally {
    await rm(copy, { recursive: true, force: true });
    await rm(unfinished, { force: true });
    await lock.release();
  }
}

/**
 * Puts a backup in the place of a ledger that is not there, with a new epoch: what was given out after the backup is
 * refused. Killed in the middle it has done nothing. Throws {@link BackupFailed} and `DirectoryLocked`.
 */
export async function restoreEmbedded(file: string, directory: string): Promise<BackupReport> {
  await keepParentPrivate(directory);
  const lock = await lockDirectory(directory);
  const restored = `${directory}.restoring`;
  try {
    if (existsSync(directory) && (await readdir(directory)).length > 0) {
      throw new BackupFailed(`There is a ledger in ${directory}: move it away first, a restore replaces nothing.`);
    }
    const { takenAt } = await readArchive(file, restored);
    const { size: bytes } = await stat(file);
    const found = await inspect(restored, (db) => makeRestored(db, { file, takenAt, bytes }));
    await syncBelow(restored);
    await rename(restored, directory);
    await syncPath(dirname(directory));
    return { ...found, takenAt, bytes };
  } finally {
    await rm(restored, { recursive: true, force: true });
    await lock.release();
  }
}

/** Where a copy stands until it is compressed; what a killed backup left there, the next one removes. */
export function copyPath(directory: string): string {
  return `${directory}.copy`;
}

async function lockForBackup(copy: string): ReturnType<typeof lockDirectory> {
  try {
    return await lockDirectory(copy);
  } catch (error) {
    if (error instanceof DirectoryLocked) throw new BackupFailed('Another backup of this ledger is under way.');
    throw error;
  }
}

async function copyLocked(directory: string, copy: string): Promise<void> {
  const lock = await lockDirectory(directory).catch((error: unknown) => {
    throw error instanceof DirectoryLocked ? new LedgerBusy(describeBusy(directory, error)) : error;
  });
  try {
    await copyPrivately(realpathSync(directory), copy);
  } finally {
    await lock.release();
  }
}

const describeBusy = (directory: string, { owner }: DirectoryLocked): string =>
  `The ledger in ${directory} is open in ${owner === null ? 'another process' : `process ${owner.pid}`}, which takes ` +
  'no backup now: it is starting or closing, or it is a command. Try again in a moment.';

async function writeArchive(folder: string, file: string): Promise<void> {
  await rm(file, { force: true });
  const names = (await readdir(folder)).filter((name) => name !== LABEL && name !== 'postmaster.pid');
  await create({ file, gzip: true, cwd: folder, mode: 0o600, portable: true }, [LABEL, ...names]);
  await syncPath(file);
}

/** Into a folder that is made anew. Throws {@link BackupFailed} unless it is a backup, whole. */
async function readArchive(file: string, folder: string): Promise<z.infer<typeof labelShape>> {
  await requireKind(file, 'embedded');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    // All in one go: otherwise files are still written after it failed, while they are removed.
    extract({ file, cwd: folder, sync: true, strict: true, preserveOwner: false });
    const label = labelShape.parse(JSON.parse(await readFile(join(folder, LABEL), 'utf8')));
    await rm(join(folder, LABEL));
    return label;
  } catch (error) {
    if (error instanceof Error && isDiskFull(error)) throw error;
    throw new BackupFailed(`${file} is not a whole backup: ${error instanceof Error ? error.message : error}`);
  }
}

/** Gives the log a new epoch, and the ledger the backup that it is from; one of an older build has no place for that. */
async function makeRestored(
  db: Database,
  { file, takenAt, bytes }: Pick<BackupReport, 'takenAt' | 'bytes'> & { file: string },
): Promise<void> {
  await db.update(ledger).set({ epoch: randomUUID() });
  const [column] = await selectRecords(
    db,
    sql`select from information_schema.columns where table_name = 'backups' and column_name = ${backups.restoredAt.name}`,
  );
  if (column === undefined) return;
  const startedAt = new Date(takenAt);
  await db.insert(backups).values({ file, startedAt, endedAt: startedAt, bytes, restoredAt: sql`now()` });
}

/** Opens the database and reads its log; then does `change` to it. */
async function inspect(
  directory: string,
  change: (db: Database) => Promise<void> = async () => {},
): Promise<LogEnd & Pick<BackupReport, 'damagedOriginals'>> {
  try {
    // Its reading of the whole log may take longer than a query's.
    const database = await openDatabase({ kind: 'pglite', directory, statementMilliseconds: 600_000 });
    try {
      const end = await requireWholeLog(database.db);
      await requireUnbrokenLog(database.db);
      const damagedOriginals = await findDamaged(database);
      await change(database.db);
      return { ...end, damagedOriginals };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof Error && isDiskFull(error)) throw error;
    throw new BackupFailed(`The backup does not open: ${error instanceof Error ? error.message : error}`);
  }
}

/** Of the originals that the ledger counts. A backup of a ledger of an older build has no such table. */
async function findDamaged({ db, originals: store }: OpenDatabase): Promise<string[]> {
  const [table] = await selectRecords<{ there: boolean }>(
    db,
    sql`select to_regclass(${getTableName(originals)}) is not null as there`,
  );
  if (table?.there !== true) return [];
  const damaged: string[] = [];
  for (const { sha256 } of await db.select({ sha256: originals.sha256 }).from(originals)) {
    try {
      for await (const _piece of store.read(sha256));
    } catch (error) {
      if (!(error instanceof DamagedOriginal)) throw error;
      damaged.push(sha256);
    }
  }
  return damaged;
}
