/**
 * Fills a new sample ledger with the default lists but for those that are held back to be released while somebody
 * watches. They take the way of every list, as files. Stopped half-way, the next start goes on: a list that is in
 * the ledger already changes nothing.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { Database } from '../database/database.ts';
import { defaultLists, heldBackLists } from '../sample/default-lists.ts';
import { writeList } from '../sample/write-list.ts';
import type { IngestReport, Operations } from './operations.ts';

/** Null when the ledger had its lists already. */
export async function fillSampleLedger(db: Database, operations: Operations): Promise<IngestReport | null> {
  const lists = defaultLists().slice(0, -heldBackLists);
  if ((await db.$count(snapshots)) >= lists.length) return null;
  const folder = await mkdtemp(join(tmpdir(), 'accord287-sample-'));
  try {
    const paths: string[] = [];
    for (const list of lists) {
      const path = join(folder, list.fileName);
      await writeFile(path, await writeList(list));
      paths.push(path);
    }
    return await operations.ingest({ paths, backfill: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
