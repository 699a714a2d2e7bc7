/**
 * The issues with the rows of stored lists, as reading the lists again would find them. They are conclusions: where the
 * rows are read otherwise, others take their place, in the order in which a list that is just read has them.
 */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../../schema/enums.ts';
import { rowIssues, snapshotRows, snapshots, type sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { insertRecords, isoInstant, selectRecords, valueList } from '../../../database/records.ts';
import { doubtfulDate } from '../../../intake/row/doubtful-date.ts';
import { parseRow } from '../../../intake/row/parse-row.ts';
import { fieldOfHeading } from '../../../intake/table/headings.ts';
import { unknownColumn } from '../../../intake/table/read-list.ts';
import type { Spellings } from '../../../intake/vocabulary/spellings.ts';
import { reportRepeated, reportUnlikely } from '../advance.ts';
import type { Publication } from '../lists/publication.ts';

/** Until {@link settleIssues} numbers them: after all others, each row's in their own order. */
const FIRST_FRESH = 1_000_000_000;
/** More than a row has columns that are read. */
const MOST_OF_A_ROW = 64;
/** A row stands on hundreds of lists. */
const ROWS_AT_ONCE = 500;

interface Printing {
  id: number;
  number: number;
  rowNumber: number;
  kind: SnapshotKind;
  publishedAt: string;
}

/** In the place of what was found in reading these rows. {@link settleIssues} has to follow. */
export async function readIssuesAgain(
  tx: Transaction,
  spellings: Spellings,
  rows: readonly { id: number; read: typeof sourceRows.$inferInsert }[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const some = new Map(rows.slice(start, start + ROWS_AT_ONCE).map(({ id, read }) => [id, read]));
    await tx.execute(sql`delete from ${rowIssues} issue using ${snapshotRows} printed
      where printed.source_row_id in ${valueList(some.keys(), 'bigint')} and issue.snapshot_number = printed.snapshot_number
        and issue.row_number = printed.row_number and issue.code <> 'REPEATED_AGREEMENT'`);
    const printings = await selectRecords<Printing>(
      tx,
      sql`select printed.source_row_id as id, list.number, printed.row_number as "rowNumber", list.kind,
        list.published_at as "publishedAt"
        from ${snapshotRows} printed join ${snapshots} list on list.number = printed.snapshot_number
        where printed.source_row_id in ${valueList(some.keys(), 'bigint')}`,
    );
    const found = printings.flatMap(({ id, number, rowNumber, kind, publishedAt }) => {
      const { cells = [] } = some.get(id) ?? {};
      const { clean, issues } = parseRow(cells, { rowNumber, kind }, spellings);
      const all = [...issues, ...doubtfulDate({ rowNumber, cells, clean }, isoInstant(publishedAt), spellings)];
      return all.map((issue, index) => ({
        ...{ ...issue, snapshotNumber: number, ordinal: FIRST_FRESH + rowNumber * MOST_OF_A_ROW + index },
      }));
    });
    await insertRecords(tx, rowIssues, found);
  }
}

/** Which columns of these lists are not known. {@link settleIssues} has to follow. */
export async function readColumnsAgain(
  tx: Transaction,
  spellings: Spellings,
  lists: readonly { number: number; columns: readonly string[] }[],
): Promise<void> {
  const numbers = lists.map(({ number }) => number);
  if (numbers.length === 0) return;
  await tx
    .delete(rowIssues)
    .where(and(inArray(rowIssues.snapshotNumber, numbers), eq(rowIssues.code, 'UNKNOWN_COLUMN')));
  const found = lists.flatMap(({ number, columns }) =>
    columns
      .filter((name) => fieldOfHeading(name, spellings.headings) === undefined)
      .map((name, index) => ({ ...unknownColumn(name), snapshotNumber: number, ordinal: FIRST_FRESH + index })),
  );
  await insertRecords(tx, rowIssues, found);
}

/**
 * Numbers and counts the issues of these lists. Which agreements stand twice on a list is found anew on those that are
 * accepted, so what follows from their rows must be derived by then.
 */
export async function settleIssues(
  tx: Transaction,
  numbers: Iterable<number>,
  accepted: readonly Publication[],
): Promise<void> {
  const chosen = sql`snapshot_number in ${valueList(numbers, 'bigint')}`;
  await tx.execute(sql`delete from ${rowIssues} where ${chosen} and code = 'REPEATED_AGREEMENT'`);
  // No two have one number at any moment.
  await tx.execute(sql`update ${rowIssues} issue set ordinal = -numbered.place
    from (select snapshot_number, ordinal,
        row_number() over (partition by snapshot_number order by row_number nulls first, ordinal) as place
      from ${rowIssues} where ${chosen}) numbered
    where issue.snapshot_number = numbered.snapshot_number and issue.ordinal = numbered.ordinal`);
  await tx.execute(sql`update ${rowIssues} set ordinal = -ordinal where ${chosen} and ordinal < 0`);
  await tx.execute(sql`update ${snapshots} list set issue_count =
      (select count(*) from ${rowIssues} issue where issue.snapshot_number = list.number)
    where list.number in ${valueList(numbers, 'bigint')}`);
  const again = new Set(numbers);
  for (const list of accepted) {
    if (!again.has(list.number)) continue;
    const read = await tx.$count(rowIssues, eq(rowIssues.snapshotNumber, list.number));
    let issueCount = read;
    if (list.kind === 'PARTICIPATING') issueCount += await reportUnlikely(tx, list, issueCount);
    issueCount += await reportRepeated(tx, list, issueCount);
    if (issueCount === read) continue;
    await tx.update(snapshots).set({ issueCount }).where(eq(snapshots.number, list.number));
  }
}
