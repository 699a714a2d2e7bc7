/**
 * Rows that cannot be read, on a database: what they keep listed is the same step by step and in a replay, whatever
 * the order of arrival; and a real list of which a twentieth cannot be read ends nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { parseRow } from '../../../src/intake/row/parse-row.ts';
import type { List, ListRow } from '../../../src/intake/table/list.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { hashRow } from '../../../src/intake/table/row-hash.ts';
import { applyList } from '../../../src/ledger/apply/apply.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, ingest } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { ListGiven, RowGiven } from '../../support/lists/lists.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { sharedData } from '../../support/run/shared-data.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const away = (): Promise<unknown[]> =>
  selectRecords(
    db,
    sql`select agency.name, agreement.status from agreements agreement join agencies agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null and agreement.status <> 'ACTIVE' order by 1`,
  );

const others: RowGiven[] = [{ agency: 'Delta Marshal' }, { agency: 'Echo Police', state: 'GA' }];
const three: RowGiven[] = ['Alpha Police', 'Bravo County Sheriff', 'Charlie Police'].map((agency) => ({ agency }));
const unread = (cell: 'state' | 'agency' | 'model', rows = three): RowGiven[] =>
  rows.map((row) => ({ ...row, unreadable: [cell] }));
const week = (number: number): string => `2025-03-${String(1 + number * 3).padStart(2, '0')}`;

it('neither unlists nor ends agreements whose rows are printed with a model nobody knows', async () => {
  await ingest(db, { on: week(0), rows: [...others, ...three] });
  for (const number of [1, 2, 3, 4, 5]) {
    const applied = await ingest(db, { on: week(number), rows: [...others, ...unread('model')] });
    expect(applied).toMatchObject({ status: 'ACCEPTED', events: {} });
  }
  expect(await away()).toEqual([]);
  // Gone for good: the row that could have been it is no longer there either.
  const gone = await ingest(db, { on: week(6), rows: [...others, ...unread('model').slice(1)] });
  expect(gone.events).toEqual({ AGREEMENT_UNLISTED: 1 });
  expect(await away()).toEqual([{ name: 'Alpha Police', status: 'UNLISTED' }]);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('finds in any place what a row without a state may be', async () => {
  const bothPlaces = [...three, { agency: 'Alpha Police', state: 'GA' }];
  await ingest(db, { on: week(0), rows: [...others, ...bothPlaces] });
  const states: RowGiven[] = [{ agency: 'Alpha Police', unreadable: ['state'] }];
  const applied = await ingest(db, { on: week(1), rows: [...others, ...three.slice(1), ...states] });
  expect(applied.events).toEqual({});
  // A list between two others, which prints no such row: it is missing in both places until the next.
  const late = await ingest(db, { on: week(0).replace('01', '02'), rows: [...others, ...three.slice(1)] });
  expect(late.status).toBe('ACCEPTED');
  expect((await away()).length).toBe(2);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('comes to one ledger in every order of arrival', async () => {
  const lists: ListGiven[] = [
    { on: week(0), rows: [...others, ...three] },
    { on: week(1), rows: [...others, ...unread('state')] },
    { on: week(2), rows: [...others, ...unread('agency').slice(0, 2)] },
    { on: week(3), rows: [...others] },
    { on: week(4), rows: [...others, ...unread('model').slice(2)] },
    { kind: 'PENDING', on: week(2), rows: [{ agency: 'Foxtrot Police' }] },
    {
      kind: 'PENDING',
      on: week(3),
      rows: [{ agency: 'Golf Police' }, { agency: 'Foxtrot Police', unreadable: ['state'] }],
    },
  ];
  const outcomes: unknown[] = [];
  for (const order of [
    [0, 1, 2, 3, 4, 5, 6],
    [6, 4, 2, 0, 1, 3, 5],
    [3, 0, 4, 6, 1, 5, 2],
    [0, 3, 4, 2, 5, 6, 1],
  ]) {
    await emptyLedger(db);
    for (const index of order) {
      const list = lists[index];
      if (list) expect((await ingest(db, list)).status).toBe('ACCEPTED');
      expect(await rederiveAll(db), `after ${index} of ${order}`).toEqual({ changed: false, events: 0 });
    }
    outcomes.push(await conclusions(db));
  }
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
});

const asked = (): Promise<unknown[]> =>
  selectRecords(
    db,
    sql`select status, place_code as place, evidence ->> 'newName' as name from review_items
      where kind = 'UNREADABLE_ROW' order by name`,
  );

it('asks a person about a row that is none of those missing, until it can be read', async () => {
  await ingest(db, { on: week(0), rows: [...others, ...three] });
  const stranger: RowGiven = { agency: 'Hotel Police' };
  const rows = [...others, ...three.slice(1)];
  await ingest(db, {
    on: week(1),
    rows: [...rows, ...unread('model', three.slice(0, 1)), ...unread('model', [stranger])],
  });
  const open = [{ status: 'OPEN', place: 'TX', name: 'Hotel Police' }];
  expect(await asked()).toEqual(open);
  // Of another signature it is not the agreement that is missing.
  const other: RowGiven = { agency: 'Alpha Police', signed: '2024-02-02' };
  await ingest(db, { on: week(2), rows: [...rows, ...unread('state', [other]), ...unread('model', [stranger])] });
  expect(await asked()).toEqual([{ status: 'OPEN', place: null, name: 'Alpha Police' }, ...open]);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  // A late list asks nothing; the newest shows what could not be read before.
  await ingest(db, { on: '2025-03-03', rows: [...rows, ...unread('agency', [stranger])] });
  await ingest(db, { on: week(3), rows: [...rows, stranger] });
  expect(await asked()).toEqual([
    { status: 'OBSOLETE', place: null, name: 'Alpha Police' },
    { status: 'OBSOLETE', place: 'TX', name: 'Hotel Police' },
  ]);
});

it('asks no more about a row that a person set aside, until that is revoked', async () => {
  const operations = createOperations(database);
  const row: RowGiven = { agency: 'Hotel Police', unreadable: ['state', 'model'] };
  await ingest(db, { on: week(0), rows: [...others, row] });
  const [item] = await operations.reviews('OPEN');
  expect(item).toMatchObject({
    ...{ kind: 'UNREADABLE_ROW', placeCode: null, leftKey: 'hotel police' },
    evidence: {
      printedState: 'unreadable TX',
      newName: 'Hotel Police',
      printedModel: 'unreadable Task Force Model',
      rowNumber: 4,
    },
  });
  const id = item?.id ?? '';
  await expect(operations.decide(id, 'SAME_AGENCY', 'no')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  const { decisionIds, events } = await operations.decide(id, 'SET_ASIDE', 'a note under the table');
  expect(events).toEqual({});
  await ingest(db, { on: week(1), rows: [...others, row, { agency: 'Golf Police' }] });
  expect(await operations.reviews('DECIDED')).toMatchObject([{ id, decision: { kind: 'SET_ASIDE' } }]);
  expect(await operations.reviews('OPEN')).toEqual([]);
  await operations.revoke(decisionIds[0] ?? '', 'it was an agency');
  expect(await operations.reviews('OPEN')).toMatchObject([{ id, decision: null }]);
});

it('is no answer to a question about two names that a row is set aside', async () => {
  const operations = createOperations(database);
  await ingest(db, { on: '2025-05-11', rows: [{ agency: 'Other Marshal' }, { agency: 'Brookfield Police' }] });
  await ingest(db, { on: '2025-05-12', rows: [{ agency: 'Other Marshal' }, { agency: 'Brookford Police Dept.' }] });
  const [item] = await operations.reviews('OPEN');
  const answer = operations.decide(item?.id ?? '', 'SET_ASIDE', 'seen');
  await expect(answer).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  expect(await operations.reviews('OPEN')).toHaveLength(1);
});

const archive = sharedData();

async function readReal(fileName: string): Promise<{ fileName: string; sha256: string; list: List }> {
  const bytes = readFileSync(join(archive ?? '', 'participating', fileName));
  const result = await readList(bytes, { fileName, receivedAt: '2026-11-01T00:00:00.000Z' });
  if (!result.ok) throw new Error(result.rejection.message);
  return { fileName, sha256: result.sha256, list: result.list };
}

const columns = ['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE'];

/** Every twentieth row of the list, with one cell after the other made unreadable. */
function obscure(rows: readonly ListRow[]): ListRow[] {
  return rows.map((row, index) => {
    if (index % 20 !== 7) return row;
    const column = columns[Math.floor(index / 20) % 3] ?? '';
    const cells = row.cells.map((cell) =>
      cell.column.trim().toUpperCase() === column ? { ...cell, text: '#REF!' } : cell,
    );
    return {
      ...row,
      cells,
      hash: hashRow(cells),
      ...parseRow(cells, { rowNumber: row.rowNumber, kind: 'PARTICIPATING' }),
    };
  });
}

it.skipIf(archive === null)(
  'a real list of which a twentieth cannot be read, released, unlists and ends only what the true list does',
  unlessPassed(async () => {
    const files = readdirSync(join(archive ?? '', 'participating'))
      .filter((name) => name.startsWith('2026-'))
      .slice(0, 6);
    const operations = createOperations(database);
    const lists = await Promise.all(files.map(readReal));
    const awayAfter = async (isObscured: boolean): Promise<unknown[]> => {
      await emptyLedger(db);
      for (const [index, { fileName, sha256, list }] of lists.entries()) {
        const rows = isObscured && index > 0 ? obscure(list.rows) : list.rows;
        const given = { ...list, rows, tableHash: `${list.tableHash}${rows === list.rows ? '' : ' obscured'}` };
        const arrival = { fileName, origin: 'FILE' as const, result: { ok: true as const, sha256, list: given } };
        const applied = await applyList(db, arrival, { backfill: false });
        expect(applied.status).toBe(rows === list.rows ? 'ACCEPTED' : 'HELD');
        if (applied.status === 'HELD') await operations.release(applied.snapshotId, 'looked at');
      }
      return away();
    };
    const truly = new Set((await awayAfter(false)).map((each) => JSON.stringify(each)));
    const obscured = await awayAfter(true);
    const unreadable = await selectRecords<{ rows: number }>(
      db,
      sql`select count(*)::int as rows from snapshot_rows join source_rows row on row.id = source_row_id
        where snapshot_number = 2 and (place_code is null or name_key is null or model is null)`,
    );
    expect(unreadable[0]?.rows).toBeGreaterThan(50);
    expect(obscured.filter((each) => !truly.has(JSON.stringify(each)))).toEqual([]);
  }),
  120_000,
);
