/** A planned list as XLSX bytes, the way ICE's lists are written. The same list gives the same bytes. */
import { type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import type { SampleList } from './plan-lists.ts';
import type { SampleCell } from './sheet-row.ts';

export async function writeList(list: SampleList): Promise<Uint8Array> {
  const rows = list.rows();
  const links = new Map<string, { hyperlink: { target: string } }>();
  const hidden = new Map<number, { hidden: boolean }>();
  rows.forEach((row, position) => {
    const index = position + 1; // The header is row 0.
    if (row.hidden) hidden.set(index, { hidden: true });
    row.cells.forEach(({ link }, column) => {
      if (link !== null) links.set(`${index},${column}`, { hyperlink: { target: link } });
    });
  });
  const sheet: WriteSheet = {
    name: 'Sheet1',
    rows: [[...list.columns], ...rows.map(({ cells }) => cells.map(cellValue))],
    cells: links,
    rowDefs: hidden,
    columns: list.columns.map((column) => (column === 'SIGNED' ? { numFmt: 'm/d/yyyy' } : {})),
  };
  const modified = new Date(list.modifiedAt);
  const sheets = list.pivot ? [sheet, pivotOf(list, rows)] : [sheet];
  return writeXlsx({
    sheets,
    properties: { title: 'SAMPLE', creator: 'Accord287 sample', created: modified, modified },
  });
}

const cellValue = ({ text, isDay }: SampleCell): CellValue => {
  if (isDay) return new Date(`${text}T00:00:00Z`);
  return text === '' ? null : text;
};

/** A second worksheet with rows by state, as one real workbook has it by mistake. */
function pivotOf(list: SampleList, rows: ReturnType<SampleList['rows']>): WriteSheet {
  const state = list.columns.indexOf('STATE');
  const counts = new Map<string, number>();
  for (const { cells } of rows) {
    const name = cells[state]?.text ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return { name: 'Sheet2', rows: [['Row Labels', 'Count of STATE'], ...counts, ['Grand Total', rows.length]] };
}
