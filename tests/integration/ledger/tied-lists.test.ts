/** Two lists of one instant: each is shown with its own counts, and its rows are those of its agreements. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { acceptedLists } from '../../../src/ledger/apply/lists/publication.ts';
import { createQueries } from '../../../src/queries/queries.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, ingest } from '../../support/ledgers/ledger.ts';
import type { RowGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
const queries = createQueries(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const rows: RowGiven[] = [
  { agency: 'Alpha Police' },
  { agency: 'Alpha Police', model: 'JAIL_ENFORCEMENT' },
  { agency: 'Bravo Police', state: 'GA' },
];

const countsInOrder = async (): Promise<unknown[]> => {
  const numbers = (await acceptedLists(db)).map(({ number }) => number);
  const lists = (await queries.snapshotsByNumber(numbers)).flatMap((list) => list ?? []);
  const counted = await queries.statisticsOfSnapshots(lists);
  return counted.map((each) => each && [each.snapshotNumber, each.agreements, each.agencies, each.pending]);
};

test.each([
  ['in one order', [0, 1]],
  ['in the other', [1, 0]],
])('statistics of each of two lists are its own, whichever came first, %s', async (_what, order) => {
  await ingest(db, { on: '2025-03-01', rows: rows.slice(0, 1) });
  await ingest(db, { kind: 'PENDING', on: '2025-03-02', rows: [{ agency: 'Charlie Police' }] });
  const tied = [rows.slice(0, 2), rows];
  for (const index of order) await ingest(db, { on: '2025-03-03', rows: tied[index] ?? [] });
  await ingest(db, { on: '2025-03-04', rows: rows.slice(1) });
  const lists = await acceptedLists(db);
  const ofRows = new Map(
    (await queries.snapshotsByNumber(lists.map(({ number }) => number))).map((list) => [list?.number, list?.rowCount]),
  );
  const counts = await countsInOrder();
  const tiedLists = lists.filter(({ publishedAt }) => publishedAt.startsWith('2025-03-03'));
  expect(tiedLists).toHaveLength(2);
  for (const { number } of tiedLists) {
    const agreements = ofRows.get(number);
    expect(counts).toContainEqual([number, agreements, agreements === 3 ? 2 : 1, 1]);
  }
  expect(counts.at(-1)).toEqual([lists.at(-1)?.number, 2, 2, 1]);
});
