/** Which worksheet is the list, what its columns hold and which kind of list it is: by header, never by name. */
import type { SnapshotKind } from '../../../schema/enums.ts';
import type { Sheet, SheetRow } from '../archive/sheet.ts';
import type { ReadLimits } from '../limits.ts';
import { foldText, quoteText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';
import { type ColumnField, fieldOfHeading, headingOf } from './headings.ts';
import type { FileFacts } from './list.ts';
import { UnreadableFile } from './rejections.ts';

export interface TableColumn {
  index: number;
  /** The heading, trimmed; a column without one is named by its letter. */
  name: string;
  /** Undefined for a heading that is not known. */
  field: ColumnField | undefined;
}

export interface Table {
  kind: SnapshotKind;
  worksheet: string | null;
  columns: readonly TableColumn[];
  rows: readonly SheetRow[];
}

const required: readonly ColumnField[] = ['state', 'agency', 'model'];

/** What a person said of where the list stands. */
export type TableHints = Pick<FileFacts, 'sheet' | 'headerRow'>;

/** Throws UnreadableFile. `spellings` are those that an operator added, headings among them. */
export function findTable(
  sheets: readonly Sheet[],
  limits: ReadLimits,
  { headings }: Spellings = noSpellings,
  hints: TableHints = {},
): Table {
  const named = sheets.filter(({ name }) => hints.sheet === undefined || name === hints.sheet);
  if (named.length === 0) {
    const names = sheets.map(({ name }) => quoteText(name ?? '')).join(', ');
    throw new UnreadableFile(
      'NO_KNOWN_HEADER',
      `no worksheet is called ${quoteText(hints.sheet ?? '')}; there is ${names}`,
    );
  }
  const candidates = named.map((sheet) => findHeader(sheet, headings, hints.headerRow));
  const [found, second] = candidates.filter(({ columns }) => required.every((field) => has(columns, field)));
  if (found === undefined) throw noTable(candidates);
  if (second !== undefined) {
    const both = `${place(found.sheet)} and ${place(second.sheet)} both hold a list`;
    throw new UnreadableFile('SEVERAL_TABLES', `${both}; --sheet says which is meant`);
  }
  const { sheet, columns, headerRow } = found;
  refuseDoubled(found);
  const rows = sheet.rows.filter(({ rowNumber }) => rowNumber > headerRow);
  refuseSize(sheet, columns, rows, limits);
  return { kind: kindOf(found), worksheet: sheet.name, columns, rows };
}

/** A sheet, and the row that is most like a header. */
interface Candidate {
  sheet: Sheet;
  headerRow: number;
  columns: TableColumn[];
}

/** Titles may stand above it. */
const LAST_HEADER_ROW = 10;

/** The first row with every heading that a list needs, else the one with most of those that are known. */
function findHeader(sheet: Sheet, headings: Spellings['headings'], given: number | undefined): Candidate {
  const rows = sheet.rows.filter(({ rowNumber }) =>
    given === undefined ? rowNumber <= LAST_HEADER_ROW : rowNumber === given,
  );
  let best: Candidate = { sheet, headerRow: given ?? 1, columns: [] };
  for (const row of rows) {
    const fields = row.cells.map((cell) => fieldOfHeading(cell?.text ?? '', headings));
    if (!fields.some((field) => field !== undefined)) continue;
    const candidate = { sheet, headerRow: row.rowNumber, columns: readColumns(sheet, row, headings) };
    if (required.every((field) => has(candidate.columns, field))) return candidate;
    if (knownIn(candidate.columns) > knownIn(best.columns)) best = candidate;
  }
  return best;
}

const knownIn = (columns: readonly TableColumn[]): number => columns.filter(({ field }) => field !== undefined).length;

/** The columns that have a heading, and those that have none but hold something. */
function readColumns(sheet: Sheet, header: SheetRow, headings: Spellings['headings']): TableColumn[] {
  const used = new Set<number>();
  for (const row of sheet.rows) {
    if (row.rowNumber <= header.rowNumber) continue;
    for (const [index, cell] of row.cells.entries()) if (cell !== null && cell.text.trim() !== '') used.add(index);
  }
  const last = [...used].reduce((most, index) => Math.max(most, index + 1), 0);
  const width = Math.max(header.cells.length, last);
  const columns: TableColumn[] = [];
  for (let index = 0; index < width; index += 1) {
    const heading = header.cells[index]?.text.trim() ?? '';
    if (heading !== '') columns.push({ index, name: heading, field: fieldOfHeading(heading, headings) });
    else if (used.has(index)) columns.push({ index, name: `column ${columnLetters(index)}`, field: undefined });
  }
  return columns;
}

/** SIGNED makes it the participating list. A sheet that lost or renamed only that column is not a pending one. */
function kindOf({ sheet, headerRow, columns }: Candidate): SnapshotKind {
  if (has(columns, 'signed')) return 'PARTICIPATING';
  const renamed = columns.find(({ field, name }) => field === undefined && /SIGN|DATE/.test(foldText(name)));
  if (renamed !== undefined || has(columns, 'addendum')) {
    const hint = renamed === undefined ? '' : `; ${quoteText(renamed.name)} is not a known heading`;
    throw new UnreadableFile('MISSING_COLUMN', `${place(sheet)}, row ${headerRow} has no column SIGNED${hint}`);
  }
  return 'PENDING';
}

function noTable(candidates: readonly Candidate[]): UnreadableFile {
  const closest = candidates.toSorted((left, right) => knownIn(right.columns) - knownIn(left.columns))[0];
  if (closest === undefined || knownIn(closest.columns) === 0) {
    const where = `in its first ${LAST_HEADER_ROW} rows`;
    return new UnreadableFile('NO_KNOWN_HEADER', `no worksheet has a known header ${where}`);
  }
  const missing = required.filter((field) => !has(closest.columns, field)).map((field) => headingOf[field]);
  const where = `${place(closest.sheet)}, row ${closest.headerRow}`;
  return new UnreadableFile('MISSING_COLUMN', `${where} has no column ${missing.join(', ')}`);
}

function refuseDoubled({ sheet, headerRow, columns }: Candidate): void {
  const seen = new Map<ColumnField, TableColumn>();
  for (const column of columns) {
    if (column.field === undefined) continue;
    const first = seen.get(column.field);
    if (first !== undefined) {
      const where = `columns ${columnLetters(first.index)} and ${columnLetters(column.index)}`;
      throw new UnreadableFile(
        'DOUBLED_COLUMN',
        `${place(sheet)}, row ${headerRow} has ${quoteText(column.name)} twice: ${where}`,
      );
    }
    seen.set(column.field, column);
  }
}

function refuseSize(
  sheet: Sheet,
  columns: readonly TableColumn[],
  rows: readonly SheetRow[],
  limits: ReadLimits,
): void {
  if (columns.length > limits.columns) {
    throw new UnreadableFile(
      'TOO_MANY_COLUMNS',
      `${place(sheet)} has ${columns.length} columns; the limit is ${limits.columns}`,
    );
  }
  if (rows.length > limits.rows) {
    throw new UnreadableFile('TOO_MANY_ROWS', `${place(sheet)} has ${rows.length} rows; the limit is ${limits.rows}`);
  }
  let cells = 0;
  const counted = new Set(rows);
  for (const row of sheet.rows) {
    for (const [index, cell] of row.cells.entries()) {
      if (cell === null) continue;
      // The header is not part of what is counted.
      if (counted.has(row)) cells += 1;
      if (Math.max(cell.text.length, cell.link?.length ?? 0) > limits.cellCharacters) {
        const where = `${place(sheet)}, row ${row.rowNumber}, column ${columnLetters(index)}`;
        throw new UnreadableFile('CELL_TOO_LONG', `${where} has more than ${limits.cellCharacters} characters`);
      }
    }
  }
  if (cells > limits.cells) {
    throw new UnreadableFile('TOO_MANY_CELLS', `${place(sheet)} has ${cells} cells; the limit is ${limits.cells}`);
  }
}

function has(columns: readonly TableColumn[], field: ColumnField): boolean {
  return columns.some((column) => column.field === field);
}

function place(sheet: Sheet): string {
  return sheet.name === null ? 'the table' : `worksheet ${quoteText(sheet.name)}`;
}

function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : columnLetters(rest - 1)) + String.fromCharCode(65 + (index % 26));
}
