/** Lists for the siege: the generator's, some in the ledger before, the others ingested while it goes on. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeSampleLists } from '../../src/sample/lists/write-lists.ts';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../dist/src/cli/accord287.js', import.meta.url));

/** Returns the files in the order of their publication. */
export async function writeLists(folder: string, lists: number): Promise<string[]> {
  const written = await writeSampleLists(folder, { agencies: 1_154, lists });
  return written.map(({ path }) => path);
}

/** Through the command line, as an operator does; returns when it had ended, as `performance.now()`. */
export async function ingestLists(env: Record<string, string>, files: readonly string[]): Promise<number> {
  await runProgram(env, ['ingest', ...files]);
  return performance.now();
}

/** Rejects, with what it said, where it does not end with 0. */
export async function runProgram(env: Record<string, string>, args: readonly string[]): Promise<void> {
  const { PATH, HOME, TMPDIR } = process.env;
  await run(process.execPath, [command, ...args], { env: { PATH, HOME, TMPDIR, ...env }, maxBuffer: 1e8 });
}
