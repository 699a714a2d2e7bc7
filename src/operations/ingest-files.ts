/**
 * Files into the ledger, in the order of their publication whatever the order of the arguments. The next file is read
 * in the worker while the one before it is applied.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Origin } from '../../schema/enums.ts';
import type { Database } from '../database/database.ts';
import type { FileFacts, ReadResult } from '../intake/list.ts';
import { createListReader, type ListReader } from '../intake/list-reader.ts';
import { applyList } from '../ledger/apply/apply.ts';
import { byPublication } from '../ledger/apply/publication.ts';
import { type IngestedFile, type IngestInput, type IngestReport, Refusal, type ReportProgress } from './operations.ts';
import { currentRevision } from './revision.ts';
import { tryOut } from './try-out.ts';

/** A file whose place in the order is known. Its reading is kept while memory allows, else it is read again. */
interface Candidate {
  path: string;
  facts: FileFacts;
  order: Parameters<typeof byPublication>[0];
  result: ReadResult | null;
}

/** Rows of readings kept at a time: some 50 MB. */
const KEPT_ROWS = 20_000;
/** Far beyond any list; a file that large is not even opened. */
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
  if (input.publishedAt !== undefined && input.paths.length !== 1) {
    throw new Refusal('BAD_ARGUMENT', `publishedAt is for one file; ${input.paths.length} were given.`);
  }
  const reader = createListReader();
  try {
    const candidates = await readAll(reader, input, watch);
    const apply = (tx: Database) => applyAll(tx, reader, candidates, input, origin, watch);
    const dryRun = input.dryRun === true;
    const files = dryRun ? await tryOut(db, apply) : await apply(db);
    return { files, revision: await currentRevision(db), dryRun };
  } finally {
    await reader.close();
  }
}

async function readAll(reader: ListReader, input: IngestInput, watch: Watch): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const receivedAt = new Date().toISOString();
  let kept = 0;
  for (const [index, path] of input.paths.entries()) {
    refuseStopped(watch, 0, input);
    const given = input.publishedAt === undefined ? {} : { publishedAt: input.publishedAt };
    const facts = { fileName: basename(path), receivedAt, ...given };
    const result = await reader.read(await bytesOf(path), facts);
    const rows = result.ok ? result.list.rows.length : 0;
    kept += rows;
    candidates.push({ path, facts, order: orderOf(result, index), result: kept <= KEPT_ROWS ? result : null });
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
    const { size } = await stat(path);
    if (size > ABSURD_BYTES) throw new Refusal('BAD_ARGUMENT', `${path} has ${size} bytes: this is no list.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('BAD_ARGUMENT', `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

async function applyAll(
  db: Database,
  reader: ListReader,
  candidates: readonly Candidate[],
  input: IngestInput,
  origin: Origin,
  watch: Watch,
): Promise<IngestedFile[]> {
  const newest = new Map(candidates.map(({ order }, index) => [order.kind, index]));
  const resultOf = async ({ path, facts, result }: Candidate): Promise<ReadResult> =>
    result ?? reader.read(await bytesOf(path), facts);
  const files: IngestedFile[] = [];
  let next = candidates[0] && resultOf(candidates[0]);
  for (const [index, candidate] of candidates.entries()) {
    refuseStopped(watch, index, input);
    const result = await next;
    const following = candidates[index + 1];
    next = following && resultOf(following);
    // Awaited in the next round; a failure before that must not count as unhandled.
    next?.catch(() => {});
    if (!result) continue;
    const startedAt = performance.now();
    const isNewest = newest.get(candidate.order.kind) === index;
    const applied = await applyList(
      db,
      { fileName: candidate.facts.fileName, origin, result },
      { backfill: input.backfill === true || !isNewest },
    );
    const { revision: _revision, ...outcome } = applied;
    const milliseconds = Math.round(performance.now() - startedAt);
    files.push({ fileName: candidate.facts.fileName, ...outcome, milliseconds });
    candidate.result = null;
    watch.report?.({
      done: index + 1,
      total: candidates.length,
      fileName: candidate.facts.fileName,
      stage: 'ingested',
    });
  }
  return files;
}

function refuseStopped({ signal }: Watch, done: number, { paths, dryRun }: IngestInput): void {
  if (signal?.aborted !== true) return;
  const kept = dryRun === true ? 'Nothing was kept.' : 'Run it again: what is in the ledger already changes nothing.';
  throw new Refusal('STOPPED', `Stopped after ${done} of ${paths.length} files. ${kept}`);
}
