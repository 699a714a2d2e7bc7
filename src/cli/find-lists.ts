/**
 * From the paths on the command line to the files: folders are searched for lists, files are taken as they are. Links
 * to files are followed, links to folders are not, and no search is endless.
 */
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MANIFEST } from '../operations/archive/manifest.ts';
import { describeOtherKind } from '../operations/lists/read-file.ts';
import { UsageError } from './exit-code.ts';

/** Absolute paths, each once. */
export interface Found {
  lists: string[];
  /** Files that look like tables but have an extension that is not read. */
  unread: string[];
}

/** Far more than an archive of lists has: beyond it the folder is the wrong one. */
export interface SearchLimits {
  /** Levels of nested folders. */
  depth: number;
  /** Entries of all folders together. */
  entries: number;
}

const defaultLimits: SearchLimits = { depth: 16, entries: 100_000 };

/** Throws `UsageError` for what is neither file nor folder, and for nothing found. */
export async function findLists(given: readonly string[], limits = defaultLimits): Promise<Found> {
  const [lists, unread] = [new Set<string>(), new Set<string>()];
  for (const path of given) {
    const absolute = resolve(path);
    const facts = await stat(absolute).catch(() => null);
    if (facts === null) throw new UsageError(`There is no file or folder ${path}`);
    const kind = facts.isDirectory() ? null : describeOtherKind(facts);
    if (kind !== null) throw new UsageError(`${path} is ${kind}, not a file`);
    const found = facts.isDirectory() ? await listsUnder(absolute, limits) : { lists: [absolute], unread: [] };
    for (const file of found.lists) lists.add(file);
    for (const file of found.unread) unread.add(file);
  }
  if (lists.size === 0) {
    const others = unread.size === 0 ? '' : `. ${describeUnread([...unread])}`;
    throw new UsageError(`No .xlsx or .csv file was found there${others}`);
  }
  return { lists: [...lists], unread: [...unread] };
}

async function listsUnder(top: string, limits: SearchLimits): Promise<Found> {
  const found: Found = { lists: [], unread: [] };
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
      } else if (await isFile(entry, path)) sort(path, entry.name, found);
    }
  }
  return { lists: found.lists.sort(), unread: found.unread.sort() };
}

async function openFolder(path: string): Promise<AsyncIterable<Dirent>> {
  try {
    return await opendir(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be searched: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  // Excel leaves `~$name.xlsx` beside a workbook that is open.
  if (/^[.~]/.test(entry.name)) return false;
  if (!entry.isSymbolicLink()) return entry.isFile();
  // A dangling link is ignored.
  return stat(path).then(
    (target) => target.isFile(),
    () => false,
  );
}

function sort(path: string, name: string, { lists, unread }: Found): void {
  // Its files are named by the time of their publication, of which a name alone tells the day.
  if (name === MANIFEST) {
    throw new UsageError(`${path} belongs to an archive: "accord287 ingest --manifest ${path}" ingests it whole`);
  }
  if (/^.*\.(xlsx|csv)$/i.test(name)) lists.push(path);
  // Also matches names that contain a line break, which would be ignored without a message.
  else if (/\.(xls[xmb]?|xlt[xm]?|ods|fods|numbers|csv|tsv)\s*$/i.test(name)) unread.push(path);
}

const MOST_NAMED = 10;

/** Names the files that were not read, so that nobody assumes they are in the ledger. */
export function describeUnread(unread: readonly string[]): string {
  const names = unread.slice(0, MOST_NAMED).map((path) => JSON.stringify(basename(path)));
  const rest = unread.length - names.length;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `Not read, because only .xlsx and .csv are, and no name with a line end in it: ${names.join(', ')}${more}. Save them as XLSX.`;
}
