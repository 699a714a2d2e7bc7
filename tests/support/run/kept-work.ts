/**
 * Work of minutes whose result is kept in `node_modules/.cache/accord287`, outside the sources. It is done again as soon
 * as one of the files differs from which it is made, or a package.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { packageRoot } from '../../../src/package-root.ts';

/** The folder that `make` filled, now or in an earlier run. `files` are absolute; folders of them are not searched. */
export async function keptFolder(
  name: string,
  files: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = join(packageRoot(), 'node_modules', '.cache', 'accord287');
  await mkdir(cache, { recursive: true });
  const kept = join(cache, `${name}-${await hashOnce(files)}`);
  let others = await namesIn(cache, name);
  // Another worker may be making it.
  while (others.some((other) => other.startsWith(`${basename(kept)}.`) && !isLeft(other))) {
    await setTimeout(200);
    others = await namesIn(cache, name);
  }
  if (others.includes(basename(kept))) return kept;
  const unfinished = `${kept}.${process.pid}`;
  await mkdir(unfinished);
  try {
    await make(unfinished);
    await rename(unfinished, kept);
  } catch (error) {
    // What is left of it would look like work that goes on.
    await rm(unfinished, { recursive: true });
    // Two that began at one time: the other one was first.
    if (!existsSync(kept)) throw error;
  }
  for (const other of others.filter(isLeft)) await rm(join(cache, other), { recursive: true, force: true });
  return kept;
}

const namesIn = async (cache: string, name: string): Promise<string[]> =>
  (await readdir(cache)).filter((other) => other.startsWith(`${name}-`));

/** Left by a process that has ended, whose number the name ends with; or made from other files, with none. */
export function isLeft(folder: string): boolean {
  const maker = Number(extname(folder).slice(1));
  try {
    return maker === 0 || !process.kill(maker, 0);
  } catch {
    return true;
  }
}

/** By the array of files: many tests ask with the same one, one after the other. */
const hashes = new WeakMap<readonly string[], Promise<string>>();

function hashOnce(files: readonly string[]): Promise<string> {
  const hash = hashes.get(files) ?? hashOf(files);
  hashes.set(files, hash);
  return hash;
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...new Set([...files, join(packageRoot(), 'package-lock.json')])].sort())
    hash.update(`${relative(packageRoot(), file)} ${await digest(file)}\n`);
  return hash.digest('hex').slice(0, 32);
}

/** By file, with what it was when it was read. The lists are many, and asked for by several tests. */
const digests = new Map<string, { state: string; content: string }>();

async function digest(file: string): Promise<string> {
  const { mtimeMs, size } = await stat(file);
  const state = `${mtimeMs} ${size}`;
  const known = digests.get(file);
  if (known?.state === state) return known.content;
  const content = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  digests.set(file, { state, content });
  return content;
}
