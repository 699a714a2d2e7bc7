/** The issues of one list that a person should look at, grouped: equal texts under one heading are one line. */
import type { IssueCode } from '../../../schema/enums.ts';
import { columnFields, headingOf } from '../../intake/table/headings.ts';
import type { RowIssue } from '../../intake/table/list.ts';

export interface IssueGroup {
  code: IssueCode;
  /** Null for an issue with the whole list. */
  column: string | null;
  printed: string | null;
  reason: string;
  /** How many rows; 0 for an issue with the whole list. */
  rows: number;
  /** The first of them, as a person counts. */
  rowNumbers: readonly number[];
}

const MOST_GROUPS = 50;
const MOST_ROW_NUMBERS = 5;

/**
 * What put rows aside, what was read though it was misspelt, and what speaks against the list as a whole. Other cells
 * that could not be read, counties above all, are counted only.
 */
const shown: ReadonlySet<IssueCode> = new Set([
  ...(['UNKNOWN_STATE', 'UNKNOWN_MODEL', 'UNREADABLE_NAME', 'NEAR_SPELLING'] as const),
  ...(['CONTRADICTED_TIME', 'KIND_SWAPPED', 'UNKNOWN_COLUMN', 'UNLIKELY_DATE'] as const),
]);
/** Without one of these a row is put aside. */
const needed: ReadonlySet<string> = new Set(
  columnFields.filter((field) => ['state', 'agency', 'model'].includes(field)).map((field) => headingOf[field]),
);

export function groupIssues(issues: readonly RowIssue[]): IssueGroup[] {
  const groups = new Map<string, { group: IssueGroup; numbers: number[] }>();
  for (const { code, column, printed, reason, rowNumber } of issues) {
    const isBlank = code === 'MISSING_VALUE' || code === 'MISSING_RESULT';
    if (!shown.has(code) && !(isBlank && needed.has(column?.toUpperCase() ?? ''))) continue;
    const key = JSON.stringify([code, column, printed, rowNumber === null ? reason : '']);
    const known = groups.get(key) ?? { group: { code, column, printed, reason, rows: 0, rowNumbers: [] }, numbers: [] };
    if (rowNumber !== null) known.numbers.push(rowNumber);
    groups.set(key, known);
  }
  return [...groups.values()].slice(0, MOST_GROUPS).map(({ group, numbers }) => ({
    ...group,
    rows: numbers.length,
    rowNumbers: numbers.slice(0, MOST_ROW_NUMBERS),
  }));
}
