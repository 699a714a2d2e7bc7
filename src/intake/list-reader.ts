/**
 * Reads files in a worker thread with limits of memory and time, so that a hostile file costs its own thread and
 * never the process that answers queries. One file at a time; the worker is kept for the next one and replaced
 * after it was stopped.
 */
import type { Worker } from 'node:worker_threads';
import { leaveWorker, takeWorker } from './kept-worker.ts';
import { defaultLimits, type ReadLimits } from './limits.ts';
import type { ReadRequest } from './list-worker.ts';
import type { FileFacts, ReadResult } from './table/list.ts';
import { refusedFile } from './table/read-list.ts';
import { UnreadableFile } from './table/rejections.ts';
import { sha256 } from './table/row-hash.ts';
import { noSpellings, type Spellings } from './vocabulary/spellings.ts';

export interface ListReader {
  /** By the spellings that an operator added. Rejects only for a fault of ours: what is wrong with a file is in the result. */
  read(bytes: Uint8Array, facts: FileFacts, spellings?: Spellings): Promise<ReadResult>;
  /** Nothing is read any more: a read under way rejects, and its worker is stopped. */
  close(): Promise<void>;
}

export interface ListReaderOptions {
  limits?: ReadLimits;
  /** After so long a file is given up. */
  milliseconds?: number;
  /** Heap of the worker. */
  megabytes?: number;
}

export function createListReader(options: ListReaderOptions = {}): ListReader {
  const { limits = defaultLimits, milliseconds = 20_000, megabytes = 512 } = options;
  let worker: Worker | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let isReading = false;
  let isClosed = false;

  async function readNext(bytes: Uint8Array, facts: FileFacts, spellings: Spellings): Promise<ReadResult> {
    if (isClosed) throw new Error('the list reader is closed');
    if (bytes.length > limits.fileBytes) return refuse(bytes, facts, tooLarge(bytes.length, limits.fileBytes));
    const reading = worker ?? takeWorker(megabytes);
    worker = reading;
    isReading = true;
    const outcome = await askWorker(reading, bytes, { facts, limits, spellings }, milliseconds);
    isReading = false;
    if (!(outcome instanceof Error)) return outcome;
    worker = undefined;
    await reading.terminate();
    if (outcome instanceof UnreadableFile) return refuse(bytes, facts, outcome);
    throw outcome;
  }

  return {
    read(bytes, facts, spellings = noSpellings) {
      const result = queue.then(() => readNext(bytes, facts, spellings));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      isClosed = true;
      const left = worker;
      worker = undefined;
      if (left !== undefined) await (isReading ? left.terminate() : leaveWorker(left, megabytes));
      await queue;
    },
  };
}

/** The answer, or why there is none: the error that ended the worker or an UnreadableFile for a limit that it hit. */
function askWorker(
  worker: Worker,
  bytes: Uint8Array,
  request: Omit<ReadRequest, 'bytes'>,
  milliseconds: number,
): Promise<ReadResult | Error> {
  return new Promise((resolve) => {
    const finish = (outcome: ReadResult | Error) => {
      clearTimeout(timer);
      worker.off('message', finish).off('error', onError).off('exit', onExit);
      worker.unref();
      resolve(outcome);
    };
    const onError = (error: unknown) => finish(limitOf(error));
    const onExit = () => finish(new Error('the list reader was closed while it read'));
    const timer = setTimeout(() => {
      finish(new UnreadableFile('TIMEOUT', `the file took longer than ${milliseconds / 1000} s to read`));
    }, milliseconds);
    worker.on('message', finish).on('error', onError).on('exit', onExit);
    worker.ref();
    // The copy is handed over; the caller keeps its own bytes, which may be a view into something larger.
    const copy = new Uint8Array(bytes);
    const message: ReadRequest = { ...request, bytes: copy };
    worker.postMessage(message, [copy.buffer]);
  });
}

function limitOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const isOutOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory ? new UnreadableFile('OUT_OF_MEMORY', 'the file needs more memory than is allowed') : error;
}

function tooLarge(bytes: number, limit: number): UnreadableFile {
  return new UnreadableFile('TOO_LARGE', `the file has ${bytes} bytes; the limit is ${limit}`);
}

function refuse(bytes: Uint8Array, facts: FileFacts, reason: UnreadableFile): ReadResult {
  return refusedFile(sha256(bytes), facts, reason);
}
