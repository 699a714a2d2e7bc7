/**
 * From the paths on the command line to the files: folders are searched for lists, files are taken as they are. Links
 * to files are followed, links to folders are not, and no search is endless.
 */
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describeOtherKind } from '../operations/read-file.ts';
import { UsageError } from './exit-code.ts';

/** Far beyond an archive of lists: whoever has more named the wrong folder. */
export interface SearchLimits {
  /** Folders within each other. */
  depth: number;
  /** Entries of all folders, whatever they are. */
  entries: number;
}

const defaultLimits: SearchLimits = { depth: 16, entries: 100_000 };

/** Absolute paths, each once. Throws `UsageError` for what is neither file nor folder, and for nothing found. */
export async function findLists(given: readonly string[], limits = defaultLimits): Promise<string[]> {
  const found = new Set<string>();
  for (const path of given) {
    const absolute = resolve(path);
    const facts = await stat(absolute).catch(() => null);
    if (facts === null) throw new UsageError(`There is no file or folder ${path}`);
    const kind = facts.isDirectory() ? null : describeOtherKind(facts);
    if (kind !== null) throw new UsageError(`${path} is ${kind}, not a file`);
    for (const file of facts.isDirectory() ? await listsUnder(absolute, limits) : [absolute]) found.add(file);
  }
  if (found.size === 0) throw new UsageError('No .xlsx or .csv file was found there');
  return [...found];
}

async function listsUnder(top: string, limits: SearchLimits): Promise<string[]> {
  const lists: string[] = [];
  const folders = [{ path: top, depth: 1 }];
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await openFolder(folder.path)) {
      entries += 1;
      if (entries > limits.entries) throw new UsageError(`${top} holds more than ${limits.entries} files and folders`);
      const path = join(folder.path, entry.name);
      if (entry.isDirectory()) {
        const depth = folder.depth + 1;
        if (depth > limits.depth) throw new UsageError(`${path} is more than ${limits.depth} folders deep`);
        folders.push({ path, depth });
      } else if (await isList(entry, path)) lists.push(path);
    }
  }
  return lists.sort();
}

async function openFolder(path: string): Promise<AsyncIterable<Dirent>> {
  try {
    return await opendir(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be searched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function isList(entry: Dirent, path: string): Promise<boolean> {
  // Excel leaves `~$name.xlsx` beside a workbook that is open.
  if (!/^[^.~].*\.(xlsx|csv)$/i.test(entry.name)) return false;
  if (!entry.isSymbolicLink()) return entry.isFile();
  // A link to nothing is no list.
  return stat(path).then(
    (target) => target.isFile(),
    () => false,
  );
}
