/**
 * XLSX bytes to printed sheets. The archive is opened by `open-archive` and handed to the XLSX library as plain
 * stored bytes, so that the library never inflates what has not been counted and sees what was checked.
 */
import { zipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import type { ReadLimits } from '../limits.ts';
import { UnreadableFile } from '../table/rejections.ts';
import { quoteText, storableText } from '../vocabulary/printed-text.ts';
import { openArchive } from './open-archive.ts';
import type { Sheet, SheetCell, SheetRow, Sheets } from './sheet.ts';
import { columnNumber, linkOfFormula, linksOf } from './sheet-links.ts';
import { settleParts } from './workbook-parts.ts';

type Workbook = Awaited<ReturnType<typeof readXlsx>>;
type WorkbookSheet = Workbook['sheets'][number];
type CellValue = WorkbookSheet['rows'][number][number];

/** Throws UnreadableFile for whatever is wrong with the bytes. */
export async function readWorkbook(bytes: Uint8Array, limits: ReadLimits): Promise<Sheets> {
  const entries = openArchive(bytes, limits);
  refuseEntries(entries);
  const { parts, worksheets } = settleParts(entries);
  for (const [name, content] of parts) {
    // Every byte is a letter of Latin 1, and what is looked for is ASCII.
    const xml = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
    refuseDocumentType(name, xml);
    if (worksheets.includes(name)) refuseExtent(name, xml, limits);
  }
  const workbook = await parse(zipSync(Object.fromEntries(parts), { level: 0 }));
  const modified = workbook.properties?.modified;
  return {
    sheets: workbook.sheets.map((sheet, index) => readSheet(sheet, linksOf(parts, worksheets[index] ?? ''))),
    modifiedAt: modified === undefined || Number.isNaN(modified.getTime()) ? null : modified.toISOString(),
  };
}

function refuseEntries(entries: ReadonlyMap<string, Uint8Array>): void {
  const names = [...entries.keys()];
  if (names.some((name) => /(^|\/)vbaProject\.bin$/i.test(name))) {
    throw new UnreadableFile('MACROS', 'the workbook has macros; save it as XLSX without them');
  }
  const unsafe = names.find((name) => name.includes('\0') || /(^|[\\/])\.\.([\\/]|$)|^[\\/]/.test(name));
  if (unsafe !== undefined) {
    throw new UnreadableFile('DAMAGED_ARCHIVE', `the archive names an entry outside itself: ${quoteText(unsafe)}`);
  }
  const has = (part: string): boolean => names.some((name) => name.toLowerCase() === part);
  if (!has('[content_types].xml') || !has('_rels/.rels')) {
    throw new UnreadableFile('NOT_A_LIST', 'the file is an archive, but not an XLSX workbook');
  }
}

/** No part of a workbook needs one. */
function refuseDocumentType(name: string, xml: string): void {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) {
    throw new UnreadableFile('DTD_FORBIDDEN', `${quoteText(name)} declares a document type`);
  }
}

/** A worksheet's extent is known before it is laid out. */
function refuseExtent(name: string, xml: string, limits: ReadLimits): void {
  let [lastRow, lastColumn] = [0, 0];
  for (const match of xml.matchAll(/<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']/g)) {
    lastColumn = Math.max(lastColumn, columnNumber(match[1] ?? ''));
    lastRow = Math.max(lastRow, Number(match[2]));
  }
  if (lastRow * lastColumn > limits.spannedCells) {
    throw new UnreadableFile(
      'TOO_MANY_CELLS',
      `${quoteText(name)} spans ${lastRow} rows and ${lastColumn} columns: more cells than ${limits.spannedCells}`,
    );
  }
}

async function parse(archive: Uint8Array): Promise<Workbook> {
  try {
    return await readXlsx(archive);
  } catch (error) {
    // Whatever the library throws here it throws because of the bytes: broken XML ends in errors of every class.
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableFile('DAMAGED_ARCHIVE', `the workbook cannot be read: ${quoteText(reason)}`, { cause: error });
  }
}

function readSheet(sheet: WorkbookSheet, links: ReadonlyMap<string, string>): Sheet {
  const rows: SheetRow[] = [];
  for (const [row, values] of sheet.rows.entries()) {
    const cells = values.map((value, column): SheetCell | null => {
      const formula = sheet.cells?.get(`${row},${column}`)?.formula ?? '';
      const target = links.get(`${row},${column}`) ?? linkOfFormula(formula) ?? '';
      // A formula whose result was not saved prints nothing: the formula itself is what is kept of it.
      const text = storableText(value === null && formula !== '' ? `=${formula}` : printValue(value));
      return text === '' && target === '' ? null : { text, link: target === '' ? null : storableText(target) };
    });
    // The used range extends past the data: such rows are not part of the list.
    if (cells.every((cell) => cell === null || (cell.text.trim() === '' && cell.link === null))) continue;
    rows.push({ rowNumber: row + 1, hidden: sheet.rowDefs?.get(row)?.hidden === true, cells });
  }
  return { name: storableText(sheet.name), rows };
}

function printValue(value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return printDay(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value);
}

/** The ISO day, with as many digits of the year as it has: 2026-03 has a year 20026. */
function printDay(day: Date): string {
  if (Number.isNaN(day.getTime())) return '#NUM!';
  const [date = ''] = day.toISOString().split('T');
  return date.replace(/^\+0*/, '');
}
