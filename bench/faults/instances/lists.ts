/** Each list at both instances in the same moment: it counts once, as if it had come once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/database/open.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { writeSampleLists } from '../../../src/sample/lists/write-lists.ts';
import { administer } from '../../../tests/support/run/global-setup.ts';
import { createLedger } from '../../database/open-bench-database.ts';
import { handIn } from '../api.ts';
import { allOf, type Figure } from '../figure.ts';
import type { Stage } from '../instances.ts';

const LISTS = 50;

export async function handInTwice({ cluster, databaseUrl, one, other }: Stage): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-faults-'));
  try {
    const lists = await writeSampleLists(folder, { agencies: 300, lists: LISTS });
    const referenceUrl = await createLedger(cluster.url, 'once');
    const reference = await openDatabase({ kind: 'postgres', url: referenceUrl });
    const before = await lastSequence(databaseUrl);
    let once = 0;
    for (const { path } of lists) {
      const verdicts = await Promise.all([handIn(one.url, path), handIn(other.url, path)]);
      const { files } = await createOperations(reference).ingest({ paths: [path], backfill: false });
      const expected = [String(files[0]?.status), 'DUPLICATE'].sort();
      if (JSON.stringify(verdicts.sort()) === JSON.stringify(expected)) once += 1;
    }
    await reference.close();
    const [log, right] = [await readLog(databaseUrl, before), await readLog(referenceUrl, 0)];
    const same = right.filter((line, index) => line === log[index]).length;
    return [
      allOf('I3', 'lists with one verdict and one DUPLICATE', once, LISTS),
      allOf('I3', 'events as of lists that came once', log.length === right.length ? same : log.length, right.length),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastSequence(url: string): Promise<number> {
  return administer(url, async (sql) => {
    const [row] = await sql<{ last: string }[]>`select last_sequence as last from ledger`;
    return Number(row?.last);
  });
}

function readLog(url: string, after: number): Promise<string[]> {
  return administer(url, async (sql) => {
    const rows = await sql<{ line: string }[]>`select concat_ws(' ', kind, backfill, summary) as line
      from ledger_events where sequence > ${after} order by sequence`;
    return rows.map(({ line }) => line);
  });
}
