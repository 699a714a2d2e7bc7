/**
 * The temporary folder of a run of the tests, in memory where there is plenty of it: a run copies some three hundred
 * databases of a thousand files each. TMPDIR names another. What a killed run left goes with the next one.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from './kept-work.ts';

const MEMORY = '/dev/shm';
const PLENTY_BYTES = 8e9;

/** For this process and all that it starts. Answers how to put it back. */
export function useMemoryFolder(): () => void {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return () => {};
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < PLENTY_BYTES) return () => {};
  const name = `accord287-${process.getuid?.()}`;
  for (const other of readdirSync(MEMORY)) {
    if (other.startsWith(`${name}.`) && isLeft(other)) rmSync(join(MEMORY, other), { recursive: true });
  }
  const folder = join(MEMORY, `${name}.${process.pid}`);
  mkdirSync(folder);
  // As any temporary folder: some tests are another user for a while.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => {
    delete process.env.TMPDIR;
    rmSync(folder, { recursive: true });
  };
}
