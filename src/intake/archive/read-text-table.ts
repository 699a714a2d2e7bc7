/**
 * A text table to one printed sheet: the old web table as CSV, in whatever encoding and with whatever line ends it
 * was saved. A file that stops in the middle of a row is refused: half a row is not a row.
 */
import { parseCsv } from 'hucre/csv';
import { fieldOfHeading } from '../table/headings.ts';
import { UnreadableFile } from '../table/rejections.ts';
import { storableText } from '../vocabulary/printed-text.ts';
import type { Sheet, SheetCell, SheetRow } from './sheet.ts';

/** A text table and whether its last row is known to be whole, because a line end follows it. */
export interface TextTable {
  sheet: Sheet;
  endsWithLine: boolean;
}

/** Throws UnreadableFile. */
export function readTextTable(bytes: Uint8Array): TextTable {
  const text = decode(bytes);
  refuseOpenQuote(text);
  const records = parseCsv(text, { delimiter: delimiterOf(text) });
  // Titles of fewer fields may stand above the header.
  const header = Math.max(0, records.slice(0, LINES_TO_HEADER).findIndex(looksLikeHeader));
  const width = records[header]?.length ?? 0;
  const rows: SheetRow[] = [];
  for (const [index, record] of records.entries()) {
    const rowNumber = index + 1;
    const cells = record.map(printedCell);
    if (cells.every((cell) => cell === null || cell.text.trim() === '')) continue;
    if (index > header && cells.length !== width) {
      throw new UnreadableFile(
        'UNFINISHED_TABLE',
        `row ${rowNumber} has ${cells.length} fields where the header has ${width}`,
      );
    }
    rows.push({ rowNumber, hidden: false, cells });
  }
  return { sheet: { name: null, rows }, endsWithLine: /[\r\n]$/.test(text) };
}

/** UTF-16 by its mark, UTF-8 if it is valid, else what Windows calls 1252: every byte of that is a letter. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  if (encoding !== null) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch (error) {
      throw new UnreadableFile('UNREADABLE_TEXT', `the text is not valid ${encoding.toUpperCase()}`, { cause: error });
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeWindows1252(bytes);
  }
}

/** What stands at 0x80 to 0x9F; everywhere else the encoding is Latin 1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** Node 20 decodes `windows-1252` as if it were Latin 1, so curly quotes became control characters. */
function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009F]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80] ?? letter);
}

/** Doubled quotes count twice, so a finished text has an even number of them. */
function refuseOpenQuote(text: string): void {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  if (quotes % 2 === 1) throw new UnreadableFile('UNFINISHED_TABLE', 'a quoted field is never closed');
}

/** A title may be one of the headings, but not three of them. */
const looksLikeHeader = (record: readonly unknown[]): boolean =>
  record.filter((cell) => fieldOfHeading(String(cell ?? '')) !== undefined).length >= 3;

/** Lines in which the header is looked for, as in a worksheet. */
const LINES_TO_HEADER = 10;

/** The separator that the header has most of: no line above it has as many. */
function delimiterOf(text: string): string {
  const lines = text.split(/\r\n?|\n/, LINES_TO_HEADER);
  const header = lines.reduce((widest, line) => (separators(line) > separators(widest) ? line : widest), '');
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counts.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}

const separators = (line: string): number => line.replace(/[^,;\t]/g, '').length;

function printedCell(value: unknown): SheetCell | null {
  const text = storableText(String(value ?? ''));
  if (text === '') return null;
  return { text, link: /^\s*https?:\/\//i.test(text) ? text : null };
}
