/**
 * The sample ledger's lists: all but those that are held back when it is new, then one at a time while somebody
 * watches. They take the way of every list, as files. Stopped half-way, the next start goes on: a list that is in the
 * ledger already changes nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inArray } from 'drizzle-orm';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { OpenDatabase } from '../../database/database.ts';
import { defaultLists, heldBackLists } from '../../sample/lists/default-lists.ts';
import type { SampleList } from '../../sample/lists/plan-lists.ts';
import { writeList } from '../../sample/lists/write-list.ts';
import { ingestFiles } from '../lists/ingest-files.ts';
import { withTemporaryFolder } from '../lists/temporary-folder.ts';
import { type IngestReport, Refusal } from '../operations.ts';

type LedgerDatabase = Pick<OpenDatabase, 'db' | 'originals'>;

/** Null when the ledger had its lists already. */
export async function fillSampleLedger(database: LedgerDatabase): Promise<IngestReport | null> {
  const lists = defaultLists().slice(0, -heldBackLists);
  if ((await database.db.$count(snapshots)) >= lists.length) return null;
  return ingestSample(database, lists, true);
}

/** Releases the next list that was held back. Throws {@link Refusal} when there is none left. */
export async function releaseNextSample(database: LedgerDatabase): Promise<IngestReport> {
  // Without a server the command may be the first to open the ledger.
  await fillSampleLedger(database);
  const heldBack = defaultLists().slice(-heldBackLists);
  const names = heldBack.map(({ fileName }) => fileName);
  const known = await database.db
    .select({ name: snapshots.fileName })
    .from(snapshots)
    .where(inArray(snapshots.fileName, names));
  const next = heldBack.find(({ fileName }) => !known.some(({ name }) => name === fileName));
  if (!next)
    throw new Refusal(
      'NOTHING_LEFT',
      'All lists of the sample ledger have been released. "accord287 sample reset" begins again.',
    );
  return ingestSample(database, [next], false);
}

async function ingestSample(
  database: LedgerDatabase,
  lists: readonly SampleList[],
  backfill: boolean,
): Promise<IngestReport> {
  return withTemporaryFolder('sample', async (folder) => {
    const paths: string[] = [];
    for (const list of lists) {
      const path = join(folder, list.fileName);
      await writeFile(path, await writeList(list));
      paths.push(path);
    }
    return ingestFiles(database, { paths, backfill }, 'SAMPLE');
  });
}
