/**
 * Work of minutes whose result is kept in `node_modules/.cache/accord287`, outside the sources. It is done again as soon
 * as one of the files differs from which it is made.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';

/** The folder that `make` filled, now or in an earlier run. `files` are absolute; folders of them are not searched. */
export async function keptFolder(
  name: string,
  files: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = join(packageRoot(), 'node_modules', '.cache', 'accord287');
  await mkdir(cache, { recursive: true });
  const kept = join(cache, `${name}-${await hashOf(files)}`);
  const others = (await readdir(cache)).filter((other) => other.startsWith(`${name}-`));
  if (others.includes(basename(kept))) return kept;
  const unfinished = `${kept}.${process.pid}`;
  await mkdir(unfinished);
  await make(unfinished);
  await rename(unfinished, kept);
  for (const other of others.filter(isLeft)) await rm(join(cache, other), { recursive: true });
  return kept;
}

/** Left by a process that has ended, whose number the name ends with; or made from other files, with none. */
export function isLeft(folder: string): boolean {
  const maker = Number(extname(folder).slice(1));
  try {
    return maker === 0 || !process.kill(maker, 0);
  } catch {
    return true;
  }
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const content = createHash('sha256').update(await readFile(file));
    hash.update(`${relative(packageRoot(), file)} ${content.digest('hex')}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}
