/** Builds the files that the intake tests read: workbooks by their cells, and archives by their parts. */
import { zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';

export type Value = string | number | boolean | Date | null;
export interface Linked {
  text: string;
  link: string;
}

export const participatingHeader = [
  'STATE',
  'LAW ENFORCEMENT AGENCY',
  'TYPE',
  'COUNTY',
  'SUPPORT TYPE',
  'SIGNED',
  'MOA',
  'ADDENDUM',
];

/** A whole row of the participating list, of which a test changes what it is about. */
export function participatingRow(changes: Partial<Record<number, Value | Linked>> = {}): (Value | Linked)[] {
  const row: (Value | Linked)[] = [
    'FLORIDA',
    "Alachua County Sheriff's Office",
    'County',
    'Alachua County',
    'Task Force Model',
    new Date('2025-02-26T00:00:00Z'),
    { text: 'link', link: 'https://www.ice.gov/doclib/287gMOA/sample.pdf' },
    null,
  ];
  for (const [index, value] of Object.entries(changes)) row[Number(index)] = value ?? null;
  return row;
}

export interface SheetPlan {
  name?: string;
  rows: readonly (readonly (Value | Linked)[])[];
  hidden?: readonly number[];
}

/** XLSX bytes of the sheets; `hidden` are rows as a person counts them. */
export function buildWorkbook(
  sheets: readonly SheetPlan[],
  options: { modified?: Date; dateSystem?: '1900' | '1904'; password?: string } = {},
): Promise<Uint8Array> {
  const { modified, dateSystem, password } = options;
  return writeXlsx({
    sheets: sheets.map(({ name, rows, hidden = [] }, position) => ({
      name: name ?? `Sheet${position + 1}`,
      rows: rows.map((row) => row.map((value) => (isLinked(value) ? value.text : value))),
      cells: linksOf(rows),
      rowDefs: new Map(hidden.map((rowNumber) => [rowNumber - 1, { hidden: true }])),
    })),
    ...(modified === undefined ? {} : { properties: { modified } }),
    ...(dateSystem === undefined ? {} : { dateSystem }),
    ...(password === undefined ? {} : { encryption: { password, spinCount: 10 } }),
  });
}

function linksOf(rows: SheetPlan['rows']): Map<string, { hyperlink: { target: string } }> {
  const links = new Map<string, { hyperlink: { target: string } }>();
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries()) {
      if (isLinked(value)) links.set(`${row},${column}`, { hyperlink: { target: value.link } });
    }
  }
  return links;
}

function isLinked(value: Value | Linked): value is Linked {
  return typeof value === 'object' && value !== null && 'link' in value;
}

/** The parts of the smallest workbook, around one worksheet's XML. */
export function workbookParts(worksheet: string): Record<string, string> {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  return {
    '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    '_rels/.rels': `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': worksheet,
  };
}

export function zip(parts: Record<string, string | Uint8Array>): Uint8Array {
  const encoder = new TextEncoder();
  return zipSync(
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, typeof part === 'string' ? encoder.encode(part) : part]),
    ),
  );
}

/** Worksheet XML with the participating header and one whole row, and whatever else is to stand among the rows. */
export function worksheetXml(more = '', before = ''): string {
  const cell = (ref: string, text: string) => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const header = ['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE', 'SIGNED'];
  const row = ['TEXAS', 'Sample Police Department', 'Task Force Model', '2025-03-01'];
  const rows = [header, row].map((texts, index) => {
    const cells = texts.map((text, column) => cell(`${String.fromCharCode(65 + column)}${index + 1}`, text));
    return `<row r="${index + 1}">${cells.join('')}</row>`;
  });
  return `<?xml version="1.0"?>${before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows.join('')}${more}</sheetData></worksheet>`;
}

export const facts = { fileName: 'list.xlsx', receivedAt: '2026-04-01T12:00:00.000Z' };

export interface RawEntry {
  name: string;
  packed: Uint8Array;
  /** As the headers claim it. */
  inflatedSize: number;
}

/** An archive whose headers say what they are told to; overlapping entries all point at the first one's data. */
export function rawArchive(entries: readonly RawEntry[], { isOverlapping = false } = {}): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, inflatedSize } of entries) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(inflatedSize, 18);
    fields.writeUInt16LE(name.length, 22);
    const pointer = Buffer.alloc(14);
    pointer.writeUInt32LE(isOverlapping ? 0 : offset, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), fields, pointer, Buffer.from(name));
    if (isOverlapping && locals.length > 0) continue;
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, Buffer.from(name), packed]);
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  Buffer.from('504b0506', 'hex').copy(end);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
