/** The worker thread in which files are read. Loaded anywhere else it does nothing. */
import { parentPort } from 'node:worker_threads';
import type { ReadLimits } from './limits.ts';
import type { FileFacts } from './table/list.ts';
import { readList } from './table/read-list.ts';
import type { Spellings } from './vocabulary/spellings.ts';

/** One file to read; the worker answers with its ReadResult, in order. */
export interface ReadRequest {
  bytes: Uint8Array;
  facts: FileFacts;
  limits: ReadLimits;
  spellings: Spellings;
}

const port = parentPort;
port?.on('message', async ({ bytes, facts, limits, spellings }: ReadRequest) => {
  // A fault of ours rejects here, which ends the worker with an error that the reader passes on.
  port.postMessage(await readList(bytes, facts, { limits, spellings }));
});
