/** Lists for the siege: the generator's, some in the ledger before, the others ingested while it goes on. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeSampleLists } from '../../src/sample/lists/write-lists.ts';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../dist/src/cli/accord287.js', import.meta.url));

/** Answers the files in the order of their publication. */
export async function writeLists(folder: string, lists: number): Promise<string[]> {
  const written = await writeSampleLists(folder, { agencies: 1_154, lists });
  return written.map(({ path }) => path);
}

/** Through the command line, as an operator does; answers when it had returned, as `performance.now()`. */
export async function ingestLists(env: Record<string, string>, files: readonly string[]): Promise<number> {
  const { PATH, HOME, TMPDIR } = process.env;
  await run(process.execPath, [command, 'ingest', ...files], { env: { PATH, HOME, TMPDIR, ...env }, maxBuffer: 1e8 });
  return performance.now();
}
