/**
 * Files into the ledger, in the order of their publication whatever the order of the arguments. The next file is read
 * in the worker while the one before it is applied.
 */
import { basename } from 'node:path';
import type { Origin, SnapshotKind } from '../../../schema/enums.ts';
import type { Database } from '../../database/database.ts';
import { createListReader, type ListReader } from '../../intake/list-reader.ts';
import type { FileFacts, ReadResult } from '../../intake/table/list.ts';
import { type Applied, applyHistory, applyList, SpellingsChanged } from '../../ledger/apply/apply.ts';
import { acceptedLists, byPublication, type Publication } from '../../ledger/apply/lists/publication.ts';
import type { Arrival } from '../../ledger/apply/lists/store-list.ts';
import { type InForce, spellingsInForce } from '../../ledger/apply/rows/spellings-in-force.ts';
import { DAY_MILLISECONDS } from '../../ledger/derive/days.ts';
import { whyHistory } from '../../ledger/derive/tell/tell-in-sum.ts';
import { type IngestedFile, type IngestInput, type IngestReport, Refusal, type ReportProgress } from '../operations.ts';
import { currentRevision } from '../revision.ts';
import { tryOut } from './dry-run.ts';
import { groupIssues } from './group-issues.ts';
import { planOf } from './plan.ts';
import { readRegularFile, UnreadablePath } from './read-file.ts';

/** A file whose place in the order is known. Its reading is kept while memory allows, else it is read again. */
interface Candidate {
  path: string;
  facts: FileFacts;
  order: Publication;
  /** False for a file that is no list. */
  isList: boolean;
  result: ReadResult | null;
  /** Of the spellings that it was read by. */
  readWith: string;
  rowCount: number;
}

/** What files are read with; the spellings are those that held when it last looked. */
interface Reading {
  reader: ListReader;
  by: InForce;
}

/** Rows of readings kept at a time: some 50 MB. */
const KEPT_ROWS = 20_000;
/** Late lists at a time: while they are derived, an embedded ledger answers nothing. */
const LATE_LISTS = 16;
/** Far beyond any list; a file that large is not even opened, and of one that grows no more is read. */
const ABSURD_BYTES = 100_000_000;

/** Who watches the work, and may stop it between two files. */
export interface Watch {
  report?: ReportProgress | undefined;
  signal?: AbortSignal | undefined;
}

/** Throws {@link Refusal}; what is wrong with a file is in the report. */
export async function ingestFiles(
  db: Database,
  input: IngestInput,
  origin: Origin,
  watch: Watch = {},
): Promise<IngestReport> {
  for (const name of ['publishedAt', 'sheet', 'headerRow'] as const) {
    if (input[name] === undefined || input.paths.length === 1) continue;
    throw new Refusal('BAD_ARGUMENT', `${name} is for one file; ${input.paths.length} were given.`);
  }
  const reading: Reading = { reader: createListReader(), by: await spellingsInForce(db) };
  const { reader } = reading;
  try {
    const candidates = await readAll(reading, input, watch);
    const apply = (tx: Database) => applyAll(tx, reading, candidates, input, origin, watch);
    const dryRun = input.dryRun === true;
    const { value: files, found } = dryRun ? await tryOut(db, apply) : { value: await apply(db), found: null };
    return { files, revision: await currentRevision(db), dryRun, plan: found && planOf(found) };
  } finally {
    await reader.close();
  }
}

async function readAll({ reader, by }: Reading, input: IngestInput, watch: Watch): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const receivedAt = new Date().toISOString();
  let kept = 0;
  for (const [index, path] of input.paths.entries()) {
    refuseStopped(watch, 0, input);
    const { publishedAt, sheet, headerRow } = input;
    const facts = {
      ...{ fileName: basename(path), receivedAt },
      ...(publishedAt === undefined ? {} : { publishedAt }),
      ...(sheet === undefined ? {} : { sheet }),
      ...(headerRow === undefined ? {} : { headerRow }),
    };
    const result = await reader.read(await bytesOf(path), facts, by.spellings);
    const rowCount = result.ok ? result.list.rows.length : 0;
    kept += rowCount;
    candidates.push({
      path,
      facts,
      order: orderOf(result, index),
      result: kept <= KEPT_ROWS ? result : null,
      readWith: by.stamp,
      rowCount,
      isList: result.ok,
    });
    watch.report?.({ done: index + 1, total: input.paths.length, fileName: facts.fileName, stage: 'read' });
  }
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

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, ABSURD_BYTES);
  } catch (error) {
    if (error instanceof UnreadablePath) throw new Refusal('BAD_ARGUMENT', error.message);
    throw error;
  }
}

async function applyAll(
  db: Database,
  reading: Reading,
  candidates: readonly Candidate[],
  input: IngestInput,
  origin: Origin,
  watch: Watch,
): Promise<IngestedFile[]> {
  const accepted = await acceptedLists(db);
  const arrivalsOf = (some: readonly Candidate[]) => readArrivals(some, reading, origin);
  const backfill = input.backfill === true;
  const coming = newestOf(candidates);
  const batches = inBatches(candidates, accepted, ({ kind, publishedAt }) =>
    whyHistory({ kind, publishedAt }, accepted, coming[kind], backfill),
  );
  const files: IngestedFile[] = [];
  let next = batches[0] && arrivalsOf(batches[0].candidates);
  for (const [index, { candidates: own, isLate }] of batches.entries()) {
    refuseStopped(watch, files.length, input);
    let arrivals = await next;
    const following = batches[index + 1];
    next = following && arrivalsOf(following.candidates);
    // Awaited in the next round; a failure before that must not count as unhandled.
    next?.catch(() => {});
    if (!arrivals) continue;
    const startedAt = performance.now();
    const apply = (some: readonly Arrival[]): Promise<Applied[]> =>
      isLate ? applyHistory(db, some) : Promise.all(some.map((each) => applyList(db, each, { backfill, coming })));
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
      files.push({ fileName, ...outcome, issues, milliseconds });
      watch.report?.({ done: files.length, total: candidates.length, fileName, stage: 'ingested' });
    }
    for (const candidate of own) candidate.result = null;
  }
  return files;
}

/** Publication of the newest list of each kind among the files, as far as reading them tells. */
function newestOf(candidates: readonly Candidate[]): Partial<Record<SnapshotKind, string>> {
  const newest: Partial<Record<SnapshotKind, string>> = {};
  // In the order of publication. What no clock allows yet says nothing of the others.
  for (const { order, isList, facts } of candidates) {
    if (isList && !isAhead(order.publishedAt, facts.receivedAt)) newest[order.kind] = order.publishedAt;
  }
  return newest;
}

const AHEAD_DAYS = 2;

const isAhead = (publishedAt: string, now: string): boolean =>
  Date.parse(publishedAt) - Date.parse(now) > AHEAD_DAYS * DAY_MILLISECONDS;

/** Files that are applied in one transaction. */
interface Batch {
  candidates: Candidate[];
  /** History, and older than what is in the ledger: what follows is derived again, once for the batch. */
  isLate: boolean;
  rowCount: number;
}

/** A late list costs a replay of the places it changes, and so do many at once. What is news is told list by list. */
function inBatches(
  candidates: readonly Candidate[],
  accepted: readonly Publication[],
  whyPast: (list: Publication) => string | null,
): Batch[] {
  const newestKnown = accepted.at(-1) ?? null;
  const batches: Batch[] = [];
  for (const candidate of candidates) {
    const { order, rowCount, isList } = candidate;
    const isLate = isList && newestKnown !== null && byPublication(order, newestKnown) < 0 && whyPast(order) !== null;
    const open = batches.at(-1);
    if (isLate && open?.isLate && open.candidates.length < LATE_LISTS && open.rowCount + rowCount <= KEPT_ROWS) {
      open.candidates.push(candidate);
      open.rowCount += rowCount;
    } else {
      batches.push({ candidates: [candidate], isLate, rowCount });
    }
  }
  return batches;
}

function unlessSpellingsChanged(error: unknown): null {
  if (error instanceof SpellingsChanged) return null;
  throw error;
}

async function readArrivals(some: readonly Candidate[], { reader, by }: Reading, origin: Origin): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const { path, facts, result, readWith } of some) {
    const known = readWith === by.stamp ? result : null;
    const read = known ?? (await reader.read(await bytesOf(path), facts, by.spellings));
    arrivals.push({ fileName: facts.fileName, origin, result: read, readWith: by.stamp });
  }
  return arrivals;
}

function refuseStopped({ signal }: Watch, done: number, { paths, dryRun }: IngestInput): void {
  if (signal?.aborted !== true) return;
  const kept = dryRun === true ? 'Nothing was kept.' : 'Run it again: what is in the ledger already changes nothing.';
  throw new Refusal('STOPPED', `Stopped after ${done} of ${paths.length} files. ${kept}`);
}
