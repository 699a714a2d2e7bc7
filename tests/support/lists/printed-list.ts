/** A list as it is printed, before it is read: what a mutation changes, and how intake reads the outcome. */
import { createHash } from 'node:crypto';
import { places } from '../../../schema/places.ts';
import type { ReadResult } from '../../../src/intake/table/list.ts';
import { type ReadOptions, readPrinted, refusedFile } from '../../../src/intake/table/read-list.ts';
import { UnreadableFile } from '../../../src/intake/table/rejections.ts';
import { counties } from '../../../src/intake/vocabulary/counties.ts';
import type { Arrival } from '../../../src/ledger/apply/lists/store-list.ts';

export interface PrintedCell {
  text: string;
  link: string | null;
}

export interface PrintedList {
  fileName: string;
  /** The workbook's dcterms:modified, ISO 8601; null for CSV. */
  modifiedAt: string | null;
  columns: readonly string[];
  /** By column; null where nothing is printed. */
  rows: readonly (readonly (PrintedCell | null)[])[];
}

const participating = [
  ...['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'COUNTY', 'SUPPORT TYPE', 'SIGNED', 'MOA', 'ADDENDUM'],
];
const supportTypes = ['Task Force Model', 'Warrant Service Officer', 'Jail Enforcement Model'];

export interface PrintedGiven {
  /** Day of posting, which the file's name begins with; the workbook was saved on the same day. */
  on: string;
  kind?: 'PARTICIPATING' | 'PENDING';
  rows?: number;
  /** Rows to leave out at the beginning, so that two lists can have different ones. */
  from?: number;
}

/** Sheriffs of real counties in many states, for 53 is no divisor of how many there are, each with a model, a day and a memorandum that follow from its number. */
export function printedList({ on, kind = 'PARTICIPATING', rows = 60, from = 0 }: PrintedGiven): PrintedList {
  const all = counties().filter(({ name, isCity }) => !isCity && !name.endsWith('County'));
  const names = new Map(places.map(({ code, name }) => [code, name.toUpperCase()]));
  const last = Date.parse(`${on}T00:00:00Z`) - 86_400_000;
  const table = Array.from({ length: rows }, (_, index) => {
    const number = from + index;
    const county = all[(number * 53) % all.length];
    if (county === undefined) throw new Error('there are no counties');
    const texts = [
      ...[
        names.get(county.placeCode) ?? '',
        `${county.name} County Sheriff's Office`,
        'County',
        `${county.name} County`,
      ],
      ...[supportTypes[number % 3] ?? '', new Date(last - (number % 300) * 86_400_000).toISOString().slice(0, 10)],
    ];
    const cells: (PrintedCell | null)[] = texts.map((text) => ({ text, link: null }));
    cells.push({ text: 'link', link: `https://www.ice.gov/doclib/287gMOA/sample-${number}.pdf` }, null);
    return kind === 'PENDING' ? cells.slice(0, 5) : cells;
  });
  return {
    fileName: `${on}_${kind.toLowerCase()}.xlsx`,
    modifiedAt: `${on}T12:00:00.000Z`,
    columns: kind === 'PENDING' ? participating.slice(0, 5) : participating,
    rows: table,
  };
}

/** Equal lists have equal bytes, whatever the file is called. */
const bytesHash = ({ modifiedAt, columns, rows }: PrintedList): string =>
  createHash('sha256')
    .update(JSON.stringify([modifiedAt, columns, rows]))
    .digest('hex');

export const RECEIVED_AT = '2026-06-01T12:00:00.000Z';

/** As `readList` reads a file that prints this. */
export function readPrintedList(list: PrintedList, options: ReadOptions & { publishedAt?: string } = {}): ReadResult {
  const { publishedAt, ...reading } = options;
  const facts = {
    ...{ fileName: list.fileName, receivedAt: RECEIVED_AT },
    ...(publishedAt === undefined ? {} : { publishedAt }),
  };
  const header = list.columns.map((text) => ({ text, link: null }));
  const table = [header, ...list.rows].map((cells, index) => ({ rowNumber: index + 1, hidden: false, cells }));
  // What a workbook leaves empty is no row.
  const rows = table.filter(({ cells }) => cells.some((cell) => cell !== null && cell.text.trim() !== ''));
  const sha256 = bytesHash(list);
  try {
    const printed = { sheets: [{ name: 'Sheet1', rows }], modifiedAt: list.modifiedAt, isWhole: true };
    return { sha256, ok: true, list: readPrinted(printed, facts, reading) };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return refusedFile(sha256, facts, error);
  }
}

export function arrivalOf(list: PrintedList, options: Parameters<typeof readPrintedList>[1] = {}): Arrival {
  return { fileName: list.fileName, origin: 'FILE', result: readPrintedList(list, options) };
}
