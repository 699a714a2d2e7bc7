/**
 * Stored rows read again from their printed cells, by newer rules or with other spellings of an operator, and the issues
 * with them. What follows from how they are read is the caller's to derive.
 */
import { and, asc, gt, type SQL, sql } from 'drizzle-orm';
import { snapshotRows, snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { insertRecords, selectRecords, valueList } from '../../../database/records.ts';
import { parseRow } from '../../../intake/row/parse-row.ts';
import type { Spellings } from '../../../intake/vocabulary/spellings.ts';
import { toSourceRow } from '../lists/store-list.ts';
import { readIssuesAgain } from './row-issues.ts';

/** What is read otherwise. */
export interface ReadAgain {
  rows: number;
  /** Numbers of the lists that print such rows, whatever their verdict. */
  lists: Set<number>;
  /** Of such rows on accepted lists, before and after; null: of one whose state cannot be read. */
  places: Set<string | null>;
}

const BATCH = 5_000;

const cleanFields = [
  ...(['placeCode', 'agencyName', 'nameKey', 'model', 'agencyType', 'typePrinted', 'countyFips'] as const),
  ...(['signedOn', 'signedPrinted', 'memorandumUrl', 'addendumUrl', 'movedFrom'] as const),
];

/** Of `source_rows`, those that `concerned` chooses. */
export async function readAgain(tx: Transaction, spellings: Spellings, concerned: SQL = sql`true`): Promise<ReadAgain> {
  const outcome: ReadAgain = { rows: 0, lists: new Set(), places: new Set() };
  for (let after = 0; ; ) {
    const rows = await tx
      .select()
      .from(sourceRows)
      .where(and(gt(sourceRows.id, after), concerned))
      .orderBy(asc(sourceRows.id))
      .limit(BATCH);
    const last = rows.at(-1);
    if (!last) return outcome;
    after = last.id;
    const changed = rows.flatMap((row) => {
      const { hash, cells } = row;
      const clean = parseRow(cells, { rowNumber: 0, kind: 'PARTICIPATING' }, spellings);
      const read = keepPlace(row, toSourceRow({ hash, cells, ...clean }));
      return isSame(row, read) ? [] : [{ id: row.id, places: [row.placeCode, read.placeCode ?? null], read }];
    });
    if (changed.length === 0) continue;
    await insertRecords(
      tx,
      sourceRows,
      changed.map(({ read }) => read),
      { do: 'update', key: ['hash'], set: ['corrections', ...cleanFields] },
    );
    await readIssuesAgain(tx, spellings, changed);
    await note(tx, changed, outcome);
  }
}

type SourceRow = typeof sourceRows.$inferSelect;
type ReadRow = typeof sourceRows.$inferInsert;

/** A row that later lists moved stays where it is: in which state it is read is decided from all rows. */
function keepPlace({ placeCode, movedFrom }: SourceRow, read: ReadRow): ReadRow {
  const isMoved = movedFrom !== null && read.placeCode != null && read.placeCode !== placeCode;
  return isMoved ? { ...read, placeCode, movedFrom: read.placeCode } : { ...read, movedFrom: null };
}

function isSame(stored: SourceRow, read: ReadRow): boolean {
  // The database keeps the members of an object in an order of its own.
  const inOrder = ({ corrections }: Pick<SourceRow, 'corrections'>): string =>
    JSON.stringify(corrections.map(({ field, printed, clean, rule }) => [field, printed, clean, rule]));
  return cleanFields.every((field) => stored[field] === read[field]) && inOrder(stored) === inOrder(read);
}

async function note(
  tx: Transaction,
  changed: readonly { id: number; places: readonly (string | null)[] }[],
  outcome: ReadAgain,
): Promise<void> {
  const ids = changed.map(({ id }) => id);
  const printed = await selectRecords<{ id: number; number: number; accepted: boolean }>(
    tx,
    sql`select printed.source_row_id as id, list.number, list.status = 'ACCEPTED' as accepted
      from ${snapshotRows} printed join ${snapshots} list on list.number = printed.snapshot_number
      where printed.source_row_id in ${valueList(ids, 'bigint')}`,
  );
  const places = new Map(changed.map((row) => [row.id, row.places]));
  outcome.rows += changed.length;
  for (const { id, number, accepted } of printed) {
    outcome.lists.add(number);
    for (const place of accepted ? (places.get(id) ?? []) : []) outcome.places.add(place);
  }
}
