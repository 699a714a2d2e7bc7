/** Reads planned sample lists for the tests: cells by column, and the identity of a row. */

import { canonicalName } from '../../../src/ledger/derive/names/canonical-name.ts';
import type { Column } from '../../../src/sample/lists/calendar.ts';
import type { SampleList, SampleRow } from '../../../src/sample/lists/plan-lists.ts';
import type { SampleCell } from '../../../src/sample/lists/sheet-row.ts';

const misspelt: Readonly<Record<string, string>> = {
  PENNSLYVANIA: 'PENNSYLVANIA',
  MCHIGAN: 'MICHIGAN',
  UTAHJ: 'UTAH',
};

export interface PrintedRow {
  state: string;
  agency: string;
  /** State as printed and name as printed. */
  printed: string;
  /** State and canonical name. */
  canonical: string;
  model: string;
  key: string;
  signed: string;
  link: string | null;
}

export function readRows(list: SampleList): PrintedRow[] {
  return list.rows().map((row) => {
    const text = (column: Column): string => cellOf(list, row, column)?.text ?? '';
    const tidy = text('STATE').trim().toUpperCase();
    const agency = text('LAW ENFORCEMENT AGENCY');
    const canonical = `${misspelt[tidy] ?? tidy}/${canonicalName(agency)}`;
    const model = text('SUPPORT TYPE').slice(0, 4);
    return {
      state: text('STATE'),
      agency,
      printed: `${text('STATE')}/${agency}`,
      canonical,
      model,
      key: `${canonical}/${model}`,
      signed: text('SIGNED'),
      link: cellOf(list, row, 'MOA')?.link ?? null,
    };
  });
}

export function cellOf(list: SampleList, row: SampleRow, column: Column): SampleCell | undefined {
  const position = list.columns.indexOf(column);
  return position < 0 ? undefined : row.cells[position];
}

export function findList(lists: readonly SampleList[], start: string): SampleList {
  const found = lists.find(({ fileName }) => fileName.startsWith(start));
  if (!found) throw new Error(`No sample list starts with ${start}.`);
  return found;
}

export const distinct = (values: Iterable<string>): number => new Set(values).size;
