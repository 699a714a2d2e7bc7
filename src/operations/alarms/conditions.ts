/** What is wrong now and wants a person. Each condition is one alarm for as long as it lasts. */
import { statfs } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import type { AlarmKind } from '../../../schema/enums.ts';
import { followed, follower } from '../../../schema/tables/follow.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, OpenDatabase } from '../../database/database.ts';
import { selectRecords } from '../../database/records.ts';
import { newYorkDay } from '../../intake/new-york.ts';
import { createQueries, type Queries } from '../../queries/queries.ts';
import { BACKUP_OLD_MILLISECONDS, lastBackups } from '../backups.ts';
import { listsAhead } from '../lists/list-behind-which.ts';

export interface Condition {
  kind: AlarmKind;
  /** What it is about: two of one kind and subject are one. */
  subject: string;
  message: string;
}

export interface Disk {
  path: string;
  freeBytes: number;
  totalBytes: number;
}

/** An ingest of the largest list takes a tenth of it, and PGlite's log some more. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;

/** `directory` is that of an embedded ledger; null: the disk is that of the database server, which nobody here sees. */
export async function findConditions(
  database: Pick<OpenDatabase, 'db' | 'prepare'>,
  directory: string | null,
): Promise<Condition[]> {
  const { db } = database;
  const disk = directory === null ? null : await readDisk(directory);
  const stale = await staleSource(createQueries(database));
  return [
    ...(await heldLists(db)),
    ...(await datedTooLate(db)),
    ...(await rejectedFiles(db)),
    ...stale,
    ...fullDisk(disk),
    ...(await failedBackup(db)),
  ];
}

export async function readDisk(path: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(path);
  return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

async function heldLists(db: Database): Promise<Condition[]> {
  const lists = await selectRecords<{ id: string; fileName: string; why: string | null }>(
    db,
    sql`select list.id, list.file_name as "fileName", list.hold_reasons -> 0 ->> 'message' as why
      from ${snapshots} list where list.status = 'HELD' order by list.number`,
  );
  return lists.map(({ id, fileName, why }) => ({
    ...{ kind: 'LIST_HELD', subject: id },
    message: `The list ${fileName} is held: ${why ?? 'a person decides'} Look at it with "accord287 diff ${id}".`,
  }));
}

async function datedTooLate(db: Database): Promise<Condition[]> {
  return (await listsAhead(db)).map(({ id, fileName, publishedAt, modifiedAt, reason, daysAhead, late }) => {
    const ahead = daysAhead > 0 ? `, ${daysAhead} days from now` : '';
    const effect =
      late > 0
        ? `${late} ${late === 1 ? 'list that came after it is late, as is' : 'lists that came after it are late, as is'} each of before that time`
        : 'each list of before that time is late';
    const against = reason === null ? '' : ` But of it: ${reason}`;
    const time = modifiedAt === null ? 'TIME' : newYorkDay(modifiedAt);
    return {
      ...{ kind: 'LIST_AHEAD', subject: id },
      message: `The list ${fileName} stands as published ${publishedAt}${ahead}: ${effect}, and of a late list watchers are told only what changes today.${against} If its time is wrong, say so: "accord287 redate ${id} ${time} --reason TEXT" gives it the time at which it was published, "accord287 withdraw ${id} --reason TEXT" derives everything as if it had never counted.`,
    };
  });
}

/** Of those that the source gave when it was last looked at. */
async function rejectedFiles(db: Database): Promise<Condition[]> {
  const files = await selectRecords<{ address: string; detail: string | null }>(
    db,
    sql`select entry.address, entry.detail from ${followed} entry
      where entry.content = 'REJECTED' and entry.checked_at >= (select started_at from ${follower})
      order by entry.address`,
  );
  return files.map(({ address, detail }) => ({
    ...{ kind: 'FILE_REJECTED', subject: address },
    message: `The source gives a workbook that cannot be read as a list: ${address}${detail === null ? '' : ` (${detail})`}.`,
  }));
}

async function staleSource(queries: Pick<Queries, 'listStatuses'>): Promise<Condition[]> {
  const statuses = await queries.listStatuses();
  // The pending list is optional: how old it is, `ledger.lists` says.
  const unseen = statuses.find(({ kind, unseenSince }) => kind === 'PARTICIPATING' && unseenSince !== null);
  if (unseen === undefined || unseen.unseenSince === null) return [];
  const since = new Date(unseen.unseenSince).toISOString();
  const look =
    unseen.lastOutcome === 'KEPT_OUT' ? 'it shows a list that was rejected or withdrawn' : unseen.lastOutcome;
  const why = look === null ? 'nobody looked' : `the last look: ${look}`;
  const message = `The list of participating agencies was not seen at the source since ${since} (${why}).`;
  return [{ kind: 'SOURCE_STALE', subject: 'PARTICIPATING', message }];
}

/** Of whoever has backups made: the newest failed, or none was made for long. */
async function failedBackup(db: Database, now = Date.now()): Promise<Condition[]> {
  const { tried, made } = await lastBackups(db);
  const isOld = made !== null && now - made.startedAt.getTime() > BACKUP_OLD_MILLISECONDS;
  if (tried === null || (tried.error === null && !isOld)) return [];
  const last =
    made === null ? 'There is none.' : `The last one is of ${made.startedAt.toISOString()}, in ${made.file}.`;
  const why = tried.error === null ? 'No backup was made for more than a week.' : `A backup failed: ${tried.error}`;
  return [{ kind: 'BACKUP_FAILED', subject: 'ledger', message: `${why} ${last}` }];
}

/** Of what the system says of the disk. */
export function fullDisk(disk: Disk | null): Condition[] {
  if (disk === null || disk.freeBytes >= LEAST_FREE_BYTES) return [];
  const free = Math.floor(disk.freeBytes / 1e6);
  return [
    { kind: 'DISK_FULL', subject: disk.path, message: `The disk of the ledger has ${free} MB left (${disk.path}).` },
  ];
}
