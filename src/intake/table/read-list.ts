/**
 * The bytes of one published file to a list of rows, printed and clean, or to a typed refusal. Pure: no clock, no
 * database, no files. Follows the file through its format, its sheets, its header and its rows.
 */
import type { PrintedCell } from '../../../schema/tables/snapshots.ts';
import { formatOf } from '../archive/file-format.ts';
import { readTextTable } from '../archive/read-text-table.ts';
import { readWorkbook } from '../archive/read-workbook.ts';
import type { SheetRow, Sheets } from '../archive/sheet.ts';
import { defaultLimits, type ReadLimits } from '../limits.ts';
import { contradictionsOf, nothingRead, publicationOf } from '../published-at.ts';
import { doubtfulDate } from '../row/doubtful-date.ts';
import { parseRow } from '../row/parse-row.ts';
import { quoteText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';
import { findTable, type Table } from './find-table.ts';
import type { FileFacts, List, ListRow, ReadResult, RowIssue } from './list.ts';
import { countSignedAfter } from './list-facts.ts';
import { UnreadableFile } from './rejections.ts';
import { hashRow, hashTable, sha256 } from './row-hash.ts';

export interface ReadOptions {
  limits?: ReadLimits;
  /** Those that an operator added. */
  spellings?: Spellings;
}

/** Never throws on data. Throws a RangeError if `facts.publishedAt` is not a time: the caller's to check. */
export async function readList(bytes: Uint8Array, facts: FileFacts, options: ReadOptions = {}): Promise<ReadResult> {
  const hash = sha256(bytes);
  try {
    const printed = await readSheets(bytes, options.limits ?? defaultLimits);
    return { sha256: hash, ok: true, list: readPrinted(printed, facts, options) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return refusedFile(hash, facts, error);
  }
}

/** What the formats have in common: sheets, and whether their last row is known to be whole. */
export interface PrintedSheets extends Sheets {
  isWhole: boolean;
}

/** Throws UnreadableFile, and what {@link readList} throws. */
export function readPrinted(printed: PrintedSheets, facts: FileFacts, options: ReadOptions = {}): List {
  const { limits = defaultLimits, spellings = noSpellings } = options;
  const { sheets, modifiedAt, isWhole } = printed;
  const table = findTable(sheets, limits, spellings, facts);
  const list = readTable(table, facts, modifiedAt, spellings);
  if (!isWhole) refuseCutRow(table, list);
  return list;
}

/** The result for a file that is refused, by this module or by whoever watches it at work. */
export function refusedFile(hash: string, facts: FileFacts, { code, message }: UnreadableFile): ReadResult {
  const rejection = { code, message: `${quoteText(facts.fileName)}: ${message}.` };
  return { sha256: hash, ok: false, rejection, ...publicationOf(facts, nothingRead) };
}

async function readSheets(bytes: Uint8Array, limits: ReadLimits): Promise<PrintedSheets> {
  if (bytes.length > limits.fileBytes) {
    throw new UnreadableFile('TOO_LARGE', `the file has ${bytes.length} bytes; the limit is ${limits.fileBytes}`);
  }
  if (formatOf(bytes) === 'archive') return { ...(await readWorkbook(bytes, limits)), isWhole: true };
  const { sheet, endsWithLine } = readTextTable(bytes);
  return { sheets: [sheet], modifiedAt: null, isWhole: endsWithLine };
}

function readTable(table: Table, facts: FileFacts, modifiedAt: string | null, spellings: Spellings): List {
  const read = table.rows.flatMap((sheetRow) => readRow(table, sheetRow, spellings) ?? []);
  const rows = read.map(({ row }) => row);
  // The day is chosen with the rows in view: a name that says a day before they were signed is not believed.
  const contents = { modifiedAt, signedAfter: (instant: string) => countSignedAfter(rows, instant) };
  const publication = publicationOf(facts, contents);
  const issues = listIssues(table, facts.fileName);
  for (const reason of contradictionsOf(publication, facts.fileName, contents)) {
    issues.push({ rowNumber: null, column: null, code: 'CONTRADICTED_TIME', printed: facts.fileName, reason });
  }
  for (const { row, issues: own } of read) {
    issues.push(...own, ...doubtfulDate(row, publication.publishedAt, spellings));
  }
  return {
    kind: table.kind,
    ...publication,
    modifiedAt,
    worksheet: table.worksheet,
    columns: table.columns.map(({ name }) => name),
    rows,
    issues,
    tableHash: hashTable(rows.map((row) => row.hash)),
  };
}

/** Null for a row with nothing under a heading. */
function readRow(
  table: Table,
  sheetRow: SheetRow,
  spellings: Spellings,
): { row: ListRow; issues: readonly RowIssue[] } | null {
  const cells = printedCells(table, sheetRow);
  if (cells.length === 0) return null;
  const { rowNumber, hidden } = sheetRow;
  const { clean, corrections, issues } = parseRow(cells, { rowNumber, kind: table.kind }, spellings);
  return { row: { rowNumber, hidden, cells, hash: hashRow(cells), clean, corrections }, issues };
}

function printedCells(table: Table, row: SheetRow): PrintedCell[] {
  return table.columns.flatMap(({ index, name }) => {
    const cell = row.cells[index];
    return cell ? [{ column: name, text: cell.text, link: cell.link }] : [];
  });
}

function listIssues(table: Table, fileName: string): RowIssue[] {
  const issues: RowIssue[] = [];
  const named = kindInName(fileName);
  if (named !== null && named !== table.kind) {
    const reason = `The file name says ${named.toLowerCase()}, the header says ${table.kind.toLowerCase()}.`;
    issues.push({ rowNumber: null, column: null, code: 'KIND_SWAPPED', printed: fileName, reason });
  }
  for (const { name, field } of table.columns) if (field === undefined) issues.push(unknownColumn(name));
  return issues;
}

/** The issue with a list that has such a column. */
export const unknownColumn = (name: string): RowIssue => ({
  ...{ rowNumber: null, column: name, code: 'UNKNOWN_COLUMN', printed: name },
  reason: 'Not a known heading; its cells are kept as printed.',
});

/** Archives put their own words before the publisher's name, so the last word counts. */
function kindInName(fileName: string): List['kind'] | null {
  const words = fileName.toLowerCase().match(/participating|pending/g);
  return words === null ? null : words.at(-1) === 'pending' ? 'PENDING' : 'PARTICIPATING';
}

/**
 * A text table without a line end after its last row may have been cut in its last cell. Half a link, half a date
 * and half a model do not read as whole ones; a cut exactly at the end of the cell loses nothing. A cell that is
 * empty, or a link that does not end as those of memoranda do, is whole where other rows have the like.
 */
function refuseCutRow(table: Table, list: List): void {
  const row = list.rows.at(-1);
  const column = table.columns.at(-1);
  if (row === undefined || column === undefined) return;
  const inColumn = ({ cells }: ListRow) => cells.find(({ column: name }) => name === column.name);
  const isPdf = (each: PrintedCell | undefined): boolean => /\.pdf\s*$/i.test(each?.link ?? '');
  const cell = inColumn(row);
  const others = list.rows.slice(0, -1).map(inColumn);
  const isCut =
    cell === undefined
      ? !others.includes(undefined)
      : (cell.link !== null && !isPdf(cell) && (others.length === 0 || others.some(isPdf))) ||
        list.issues.some((issue) => issue.rowNumber === row.rowNumber && issue.column === column.name);
  if (isCut) throw new UnreadableFile('UNFINISHED_TABLE', `the text ends within row ${row.rowNumber}`);
}
