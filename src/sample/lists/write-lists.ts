/** Writes planned lists into a folder, one after the other, so that only one is in memory. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planLists, type SampleOptions } from './plan-lists.ts';
import { writeList } from './write-list.ts';

export interface WrittenList {
  path: string;
  rows: number;
  bytes: number;
}

/** Makes the folder if need be and overwrites lists of the same name. Called back after each list. */
export async function writeSampleLists(
  directory: string,
  options: SampleOptions,
  report: (progress: { done: number; total: number; list: WrittenList }) => void = () => {},
): Promise<WrittenList[]> {
  const lists = planLists(options);
  await mkdir(directory, { recursive: true });
  const written: WrittenList[] = [];
  for (const list of lists) {
    const path = join(directory, list.fileName);
    const bytes = await writeList(list);
    await writeFile(path, bytes);
    const entry = { path, rows: list.rows().length, bytes: bytes.length };
    written.push(entry);
    report({ done: written.length, total: lists.length, list: entry });
  }
  return written;
}
