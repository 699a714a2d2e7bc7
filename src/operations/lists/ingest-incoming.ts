/**
 * Files into the ledger, from wherever they come: in the order of their publication, or in that of their arrival where
 * a manifest has it. The next file is read in the worker while the one before it is applied.
 */

import { inArray } from 'drizzle-orm';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { planOf } from '../../analysis/plan.ts';
import type { Database, OpenDatabase, OriginalStore } from '../../database/database.ts';
import { mediaTypeOf } from '../../intake/archive/file-format.ts';
import { defaultLimits } from '../../intake/limits.ts';
import { createListReader, type ListReader } from '../../intake/list-reader.ts';
import type { ReadResult } from '../../intake/table/list.ts';
import { sha256 as hashOf } from '../../intake/table/row-hash.ts';
import { type Applied, applyHistory, applyList, SpellingsChanged } from '../../ledger/apply/apply.ts';
import { acceptedLists, byPublication } from '../../ledger/apply/lists/publication.ts';
import type { Arrival } from '../../ledger/apply/lists/store-list.ts';
import { type InForce, spellingsInForce } from '../../ledger/apply/rows/spellings-in-force.ts';
import { isAhead } from '../../ledger/derive/guard/guard-itself.ts';
import { whyHistory } from '../../ledger/derive/tell/tell-in-sum.ts';
import type { ArchivedAct } from '../archive/archived-acts.ts';
import { actAgain } from '../decisions/act-again.ts';
import { type IngestedFile, type IngestReport, Refusal, type ReportProgress } from '../operations.ts';
import { currentRevision } from '../revision.ts';
import { asArrived, inBatches, type Ordered } from './batches.ts';
import { tryOut } from './dry-run.ts';
import { groupIssues } from './group-issues.ts';
import type { IncomingFile } from './incoming-file.ts';
import { KeptReadings } from './kept-readings.ts';
import { listBehindWhich } from './list-behind-which.ts';

/** Its reading is kept while memory allows, else it is read again. */
interface Candidate extends Ordered {
  result: ReadResult | null;
  /** Of the spellings that it was read by. */
  readWith: string;
}

/** What files are read with; the spellings are those that held when it last looked. */
interface Reading {
  reader: ListReader;
  by: InForce;
}

/** Who watches the work, and may stop it between two files. */
export interface Watch {
  report?: ReportProgress | undefined;
  signal?: AbortSignal | undefined;
}

export interface IncomingOptions {
  /** In their own order, one by one; else in that of their publication. */
  inGivenOrder?: boolean;
  /** Acts of operators among the files in their given order. */
  acts?: readonly ArchivedAct[];
  /** Record every event as history. */
  backfill?: boolean;
  /** Do everything, then roll back. */
  dryRun?: boolean;
  /** Stays open; left out, there is one for this ingest. */
  reader?: ListReader;
}

/** Throws {@link Refusal}; what is wrong with a file is in the report. */
export async function ingestIncoming(
  { db, originals }: Pick<OpenDatabase, 'db' | 'originals'>,
  incoming: readonly IncomingFile[],
  options: IncomingOptions,
  watch: Watch = {},
): Promise<IngestReport> {
  const reading: Reading = { reader: options.reader ?? createListReader(), by: await spellingsInForce(db) };
  const dryRun = options.dryRun === true;
  const { reader } = reading;
  try {
    const candidates = await readAll(reading, incoming, options, watch);
    const work: Work = { reading, candidates, options, watch, originals: dryRun ? null : originals };
    const apply = (tx: Database) => applyAll(tx, work);
    const { value: files, found } = dryRun ? await tryOut(db, apply) : { value: await apply(db), found: null };
    const acts = options.acts === undefined ? {} : { acts: options.acts.length };
    return { files, ...acts, revision: await currentRevision(db), dryRun, plan: found && planOf(found) };
  } finally {
    if (options.reader === undefined) await reader.close();
  }
}

async function readAll(
  { reader, by }: Reading,
  incoming: readonly IncomingFile[],
  options: IncomingOptions,
  watch: Watch,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const kept = new KeptReadings();
  for (const [index, file] of incoming.entries()) {
    refuseStopped(watch, 0, incoming.length, options);
    const known = file.reading?.stamp === by.stamp ? file.reading.result : null;
    const result = known ?? (await reader.read(await file.read(), file.facts, by.spellings));
    candidates.push({
      file,
      order: orderOf(result, index),
      result: kept.keep(result),
      readWith: by.stamp,
      rowCount: result.ok ? result.list.rows.length : 0,
      isList: result.ok,
    });
    const { fileName } = file.facts;
    watch.report?.({ done: index + 1, total: incoming.length, fileName, stage: 'read' });
  }
  if (options.inGivenOrder === true) return candidates;
  return candidates.sort((a, b) => byPublication(a.order, b.order));
}

function orderOf(result: ReadResult, number: number): Candidate['order'] {
  const { sha256 } = result;
  const facts = result.ok ? result.list : { publishedAt: result.publishedAt, modifiedAt: null, kind: null };
  // A refused file is of no kind; it takes its place in time all the same.
  return { number, id: sha256, sha256, kind: facts.kind ?? 'PENDING', ...pick(facts) };
}

const pick = ({ publishedAt, modifiedAt }: { publishedAt: string; modifiedAt: string | null }) => ({
  publishedAt,
  modifiedAt,
});

/** What applying needs beside the database. */
interface Work {
  reading: Reading;
  candidates: readonly Candidate[];
  options: IncomingOptions;
  watch: Watch;
  /** Null: nothing is kept. */
  originals: OriginalStore | null;
}

async function applyAll(db: Database, work: Work): Promise<IngestedFile[]> {
  const { reading, candidates, options, watch } = work;
  const accepted = await acceptedLists(db);
  const arrivalsOf = (some: readonly Candidate[]) => readArrivals(some, work);
  const backfill = options.backfill === true;
  const coming = options.inGivenOrder === true ? {} : newestOf(candidates);
  const batches =
    options.inGivenOrder === true
      ? asArrived(candidates, options.acts ?? [], accepted)
      : inBatches(candidates, accepted, ({ kind, publishedAt }) =>
          whyHistory({ kind, publishedAt }, accepted, coming[kind], backfill),
        );
  const files: IngestedFile[] = [];
  const acts = [...(options.acts ?? [])];
  /** Does those that came before the next file. */
  const act = async (): Promise<void> => {
    for (let due = acts[0]; due !== undefined && due.afterLists <= files.length; due = acts[0]) {
      await actAgain(db, due);
      acts.shift();
    }
  };
  let next = batches[0] && arrivalsOf(batches[0].candidates);
  for (const [index, { candidates: own, isLate }] of batches.entries()) {
    refuseStopped(watch, files.length, candidates.length, options);
    await act();
    let arrivals = await next;
    const following = batches[index + 1];
    next = following && arrivalsOf(following.candidates);
    // Awaited in the next round; a failure before that must not count as unhandled.
    next?.catch(() => {});
    if (!arrivals) continue;
    const startedAt = performance.now();
    const isHistory = backfill || own.some(({ file }) => file.backfill);
    const apply = (some: readonly Arrival[]): Promise<Applied[]> =>
      isLate
        ? applyHistory(db, some)
        : Promise.all(some.map((each) => applyList(db, each, { backfill: isHistory, coming })));
    let applied: Applied[] | null = null;
    while (applied === null) {
      applied = await apply(arrivals).catch(unlessSpellingsChanged);
      if (applied !== null) continue;
      reading.by = await spellingsInForce(db);
      arrivals = await arrivalsOf(own);
    }
    const milliseconds = Math.round((performance.now() - startedAt) / arrivals.length);
    for (const [at, { revision: _revision, ...outcome }] of applied.entries()) {
      const { fileName = '', result } = arrivals[at] ?? {};
      const issues = outcome.status === 'DUPLICATE' || !result?.ok ? [] : groupIssues(result.list.issues);
      const read = { fileName, sha256: result?.sha256 ?? '' };
      const behind = await listBehindWhich(db, outcome);
      files.push({ ...read, ...outcome, issues, asArchived: false, behind, milliseconds });
      watch.report?.({ done: files.length, total: candidates.length, fileName, stage: 'ingested' });
    }
    for (const candidate of own) candidate.result = null;
  }
  await act();
  return options.acts === undefined ? files : asJudged(db, files, candidates);
}

/** As the acts of operators left them; `candidates` are the same files. What stands as in the archive needs no advice. */
async function asJudged(
  db: Database,
  files: readonly IngestedFile[],
  candidates: readonly Candidate[],
): Promise<IngestedFile[]> {
  const stored = files.flatMap(({ status, snapshotId }) => (status === 'DUPLICATE' ? [] : (snapshotId ?? [])));
  const rows = await db
    .select({ id: snapshots.id, status: snapshots.status })
    .from(snapshots)
    .where(inArray(snapshots.id, stored));
  const now = new Map(rows.map(({ id, status }) => [id, status]));
  return files.map((file, index) => {
    const status = now.get(file.snapshotId ?? '') ?? file.status;
    const asArchived = status === candidates[index]?.file.archivedStatus;
    return { ...file, status, asArchived, behind: asArchived ? null : file.behind };
  });
}

/** Publication of the newest list of each kind among the files, as far as reading them tells. */
function newestOf(candidates: readonly Candidate[]): Partial<Record<SnapshotKind, string>> {
  const newest: Partial<Record<SnapshotKind, string>> = {};
  // In the order of publication. What no clock allows yet says nothing of the others.
  for (const { order, isList, file } of candidates) {
    if (isList && !isAhead(order.publishedAt, file.facts.receivedAt)) newest[order.kind] = order.publishedAt;
  }
  return newest;
}

function unlessSpellingsChanged(error: unknown): null {
  if (error instanceof SpellingsChanged) return null;
  throw error;
}

async function readArrivals(some: readonly Candidate[], { reading, originals }: Work): Promise<Arrival[]> {
  const { reader, by } = reading;
  const arrivals: Arrival[] = [];
  for (const { file, result, readWith } of some) {
    const known = readWith === by.stamp ? result : null;
    const read = known ?? (await reader.read(await file.read(), file.facts, by.spellings));
    const keep = originals === null ? {} : { keep: keeping(originals, file, read.sha256) };
    const { origin, fetched } = file;
    const facts = { fileName: file.facts.fileName, origin, ...(fetched && { fetched }) };
    arrivals.push({ ...facts, result: read, readWith: by.stamp, ...keep });
  }
  return arrivals;
}

/** A file that is too large for a list is rejected, and not kept. */
function keeping(originals: OriginalStore, file: IncomingFile, sha256: string): NonNullable<Arrival['keep']> {
  return async (tx) => {
    const bytes = await file.read();
    if (bytes.length > defaultLimits.fileBytes) return;
    if (hashOf(bytes) !== sha256) {
      throw new Refusal('BAD_ARGUMENT', `${file.facts.fileName} changed while it was ingested. Ingest it again.`);
    }
    await originals.keep(tx, { sha256, bytes, mediaType: mediaTypeOf(bytes) });
  };
}

function refuseStopped({ signal }: Watch, done: number, total: number, { dryRun }: IncomingOptions): void {
  if (signal?.aborted !== true) return;
  const kept = dryRun === true ? 'Nothing was kept.' : 'Run it again: what is in the ledger already changes nothing.';
  throw new Refusal('STOPPED', `Stopped after ${done} of ${total} files. ${kept}`);
}
