/**
 * Writes the ledger's originals into a folder, with names that sort by publication, a manifest, and the decisions of
 * operators, from which another ledger comes to the same. The folder appears when it is whole.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'drizzle-orm';
import type { Origin, PublishedAtBasis, SnapshotKind, SnapshotStatus } from '../../../schema/enums.ts';
import { originals } from '../../../schema/tables/originals.ts';
import { type Fetched, snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database, OpenDatabase } from '../../database/database.ts';
import { isoInstant, selectRecords } from '../../database/records.ts';
import { type ListInTime, whyHistory } from '../../ledger/derive/tell/tell-in-sum.ts';
import { type ArchiveReport, Refusal } from '../operations.ts';
import { actsAmong, DECISIONS } from './archived-acts.ts';
import { MANIFEST, type ManifestEntry, writeManifest } from './manifest.ts';

/** Throws {@link Refusal} where something is in the folder already. */
export async function writeArchive(
  { db, originals: store }: Pick<OpenDatabase, 'db' | 'originals'>,
  directory: string,
): Promise<ArchiveReport> {
  await refuseFull(directory);
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const lists = await listsByArrival(db);
  const missing = lists.filter(({ bytes }) => bytes === null);
  const there = lists.filter(({ bytes }) => bytes !== null);
  const names = namesOf(there);
  for (const [index, { sha256 }] of there.entries()) {
    await pipeline(Readable.from(store.read(sha256)), createWriteStream(join(unfinished, names[index] ?? '')));
  }
  await writeFile(join(unfinished, MANIFEST), writeManifest(entriesOf(there, names)));
  const acts = await actsAmong(db, there);
  if (acts.length > 0) await writeFile(join(unfinished, DECISIONS), `${JSON.stringify(acts, null, 2)}\n`);
  // An empty folder makes way.
  await rmdir(directory).catch(() => undefined);
  await rename(unfinished, directory);
  const bytes = there.reduce((sum, list) => sum + (list.bytes ?? 0), 0);
  return { directory, files: there.length, bytes, acts: acts.length, missing: missing.map(({ fileName }) => fileName) };
}

async function refuseFull(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Refusal('BAD_ARGUMENT', `${directory} cannot be written to: ${error.message}`);
  });
  if (names.length > 0)
    throw new Refusal('BAD_ARGUMENT', `${directory} is not empty: name a folder that is not there.`);
}

interface ArchivedList {
  id: string;
  sha256: string;
  fileName: string;
  kind: SnapshotKind | null;
  status: SnapshotStatus;
  /** As believed on its arrival. */
  publishedAt: string;
  basis: PublishedAtBasis;
  origin: Origin;
  ingestedAt: string;
  backfill: boolean;
  worksheet: string | null;
  fetched: Fetched | null;
  /** Null: its bytes are not kept. */
  bytes: number | null;
}

async function listsByArrival(db: Database): Promise<ArchivedList[]> {
  const lists = await selectRecords<ArchivedList>(
    db,
    sql`select list.id, list.sha256, list.file_name as "fileName", list.kind, list.status, list.published_at_basis as basis,
      coalesce(list.posted_at, list.published_at) as "publishedAt", list.origin, list.ingested_at as "ingestedAt",
      list.backfill, list.worksheet, list.fetched, original.bytes
      from ${snapshots} list left join ${originals} original on original.sha256 = list.sha256 order by list.number`,
  );
  return lists.map((list) => ({
    ...list,
    publishedAt: isoInstant(list.publishedAt),
    ingestedAt: isoInstant(list.ingestedAt),
  }));
}

function entriesOf(lists: readonly ArchivedList[], names: readonly string[]): ManifestEntry[] {
  const accepted: ListInTime[] = [];
  return lists.map((list, index) => {
    const { kind, publishedAt, status } = list;
    const counted = kind !== null && (status === 'ACCEPTED' || status === 'WITHDRAWN');
    // What is history by itself will be again; only what somebody said must be said again.
    const isSaid = counted && list.backfill && whyHistory({ kind, publishedAt }, accepted, undefined, false) === null;
    if (counted) accepted.push({ kind, publishedAt });
    return {
      ...{ file: names[index] ?? '', sha256: list.sha256, file_name: list.fileName, kind, status },
      ...{ published_at: publishedAt, basis: list.basis, origin: list.origin, arrived_at: list.ingestedAt },
      ...{ backfill: isSaid ? 'true' : 'false', worksheet: list.worksheet },
      ...{ fetched_from: list.fetched?.address ?? null, fetched_at: list.fetched?.at ?? null },
      ...{ last_modified: list.fetched?.lastModified ?? null, etag: list.fetched?.etag ?? null },
    };
  });
}

/** The instant of publication, then the kind and the name as it came; a number where two would be one. */
function namesOf(lists: readonly ArchivedList[]): string[] {
  const taken = new Set<string>([MANIFEST.toLowerCase()]);
  return lists.map(({ publishedAt, kind, fileName }) => {
    const instant = publishedAt.replace(/\.000Z$/, 'Z').replaceAll(':', '');
    const start = `${instant}_${(kind ?? 'rejected').toLowerCase()}`;
    const end = fileName.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(-120);
    for (let number = 1; ; number += 1) {
      const name = `${start}${number === 1 ? '' : `-${number}`}_${end}`;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  });
}
