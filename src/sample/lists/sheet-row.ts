/**
 * One agreement as the lists print it: the cells of its row, and what is printed otherwise on some lists. Mistakes
 * are added by the quirks as exceptions with a window of lists; here everything is printed as it should be.
 */
import type { AgencyType, Model } from '../../../schema/enums.ts';
import { placeByCode } from '../../../schema/places.ts';
import type { Agreement } from '../world/agreement.ts';
import type { Column } from './calendar.ts';

export interface SampleCell {
  text: string;
  /** The text is `YYYY-MM-DD` and the cell holds a date of the spreadsheet. */
  isDay: boolean;
  /** The hyperlink's target. */
  link: string | null;
}

export interface SheetRow {
  agreement: Agreement;
  cells: Record<Column, SampleCell>;
  /** Later exceptions win. */
  exceptions: Exception[];
  /** Lists between `from` and `until` on which the row is missing for a while. */
  absences: Window[];
  /** The list that prints the agreement a second time, signed later. */
  doubled: { on: number; signedOn: string } | null;
}

/** Participating lists by index, `until` not included. */
export interface Window {
  from: number;
  until: number;
}

export interface Exception extends Window {
  column: Column;
  cell: SampleCell;
}

export const textCell = (text: string, link: string | null = null): SampleCell => ({ text, isDay: false, link });
export const dayCell = (day: string): SampleCell => ({ text: day, isDay: true, link: null });
export const linkCell = (target: string): SampleCell => textCell('link', target);

export function layRow(agreement: Agreement): SheetRow {
  const { agency, model, signedOn } = agreement;
  return {
    agreement,
    cells: {
      STATE: textCell((placeByCode.get(agency.placeCode)?.name ?? agency.placeCode).toUpperCase()),
      'LAW ENFORCEMENT AGENCY': textCell(agency.name),
      TYPE: textCell(typeTexts[agency.type]),
      COUNTY: textCell(agency.county || '#N/A'),
      'SUPPORT TYPE': textCell(modelTexts[model]),
      SIGNED: dayCell(signedOn),
      MOA: linkCell(documentUrl(agreement, 'moa', signedOn)),
      ADDENDUM: textCell(''),
    },
    exceptions: [],
    absences: [],
    doubled: null,
  };
}

/** Cells of the columns on the participating list of that index, or null when the agreement is not on it. */
export function printRow(row: SheetRow, columns: readonly Column[], index: number): SampleCell[] | null {
  const covers = ({ from, until }: Window): boolean => from <= index && index < until;
  if (!covers(row.agreement) || row.absences.some(covers)) return null;
  const cells = { ...row.cells };
  for (const exception of row.exceptions) if (covers(exception)) cells[exception.column] = exception.cell;
  return columns.map((column) => cells[column]);
}

/** A file that does not exist, on a domain that is reserved for examples. */
export function documentUrl({ agency, model }: Agreement, folder: 'moa' | 'addendum', day: string): string {
  const number = String(agency.number).padStart(5, '0');
  return `https://example.org/sample/${folder}/${agency.placeCode}${number}_${modelSigns[model]}_${day}.pdf`;
}

const modelTexts: Record<Model, string> = {
  TASK_FORCE: 'Task Force Model',
  JAIL_ENFORCEMENT: 'Jail Enforcement Model',
  WARRANT_SERVICE_OFFICER: 'Warrant Service Officer',
};

const modelSigns: Record<Model, string> = {
  TASK_FORCE: 'TFM',
  JAIL_ENFORCEMENT: 'JEM',
  WARRANT_SERVICE_OFFICER: 'WSO',
};

const typeTexts: Record<AgencyType, string> = {
  COUNTY: 'County',
  MUNICIPALITY: 'Municipality',
  STATE: 'State Agency',
  OTHER: 'Other',
};
