/** From the paths on the command line to the files: folders are searched for lists, files are taken as they are. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from './exit-code.ts';

/** Absolute paths, each once. Throws `UsageError` for what does not exist and for nothing found. */
export async function findLists(given: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of given) {
    const absolute = resolve(path);
    const facts = await stat(absolute).catch(() => null);
    if (facts === null) throw new UsageError(`There is no file or folder ${path}`);
    for (const file of facts.isDirectory() ? await listsUnder(absolute) : [absolute]) found.add(file);
  }
  if (found.size === 0) throw new UsageError('No .xlsx or .csv file was found there');
  return [...found];
}

async function listsUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      // Excel leaves `~$name.xlsx` beside a workbook that is open.
      .filter((entry) => entry.isFile() && /^[^.~].*\.(xlsx|csv)$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  );
}
