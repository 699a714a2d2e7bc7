/**
 * What can go wrong with a list on its way to us, each as a small pure function over the printed table: slips of those
 * who type it, mistakes of those who convert or rename it, and changes that mean nothing.
 */
import type { PrintedCell, PrintedList } from './printed-list.ts';

export type Mutation = (list: PrintedList) => PrintedList;
export type Column = 'STATE' | 'LAW ENFORCEMENT AGENCY' | 'TYPE' | 'COUNTY' | 'SUPPORT TYPE' | 'SIGNED' | 'MOA';

const DAY = 86_400_000;
const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

type Change = (cell: PrintedCell | null, row: number) => PrintedCell | null;

/** Changes the cells of one column in `count` rows that are spread evenly over the list; in all of them without one. */
function inColumn(column: string, change: Change, count?: number): Mutation {
  return (list) => {
    const at = list.columns.indexOf(column);
    const chosen = spread(list.rows.length, count ?? list.rows.length);
    const rows = list.rows.map((row, index) =>
      chosen.has(index) ? row.map((cell, position) => (position === at ? change(cell, index) : cell)) : row,
    );
    return { ...list, rows };
  };
}

function spread(length: number, count: number): Set<number> {
  const few = Math.min(count, length);
  return new Set(Array.from({ length: few }, (_, index) => Math.floor((index * length) / few)));
}

const onText =
  (change: (text: string, row: number) => string): Change =>
  (cell, row) =>
    cell === null ? null : { ...cell, text: change(cell.text, row) };

/** SIGNED of every row, so many days later. */
export const shiftDates = (days: number, count?: number): Mutation =>
  inColumn(
    'SIGNED',
    onText((text) => isoDay(Date.parse(`${text}T00:00:00Z`) + days * DAY)),
    count,
  );

/** As a spreadsheet in another country reads `3/4/2025`; days after the 12th stay. */
export const swapDayAndMonth: Mutation = inColumn(
  'SIGNED',
  onText((text) => text.replace(/^(\d{4})-(\d\d)-(0\d|1[0-2])$/, '$1-$3-$2')),
);

/** The cells of one column a row further down, the last one on top: somebody sorted part of the sheet. */
export const shiftColumn =
  (column: Column): Mutation =>
  (list) => {
    const at = list.columns.indexOf(column);
    const above = (row: number) => list.rows.at(row - 1)?.[at] ?? null;
    return inColumn(column, (_, row) => above(row))(list);
  };

export const swapColumns =
  (left: Column, right: Column): Mutation =>
  (list) => {
    const [from, to] = [list.columns.indexOf(left), list.columns.indexOf(right)];
    const swapped = (index: number): number => (index === from ? to : index === to ? from : index);
    return { ...list, rows: list.rows.map((row) => row.map((_, index) => row[swapped(index)] ?? null)) };
  };

/** Two neighbouring letters swapped in the middle of the cell. */
export const typo = (column: Column, count?: number): Mutation =>
  inColumn(
    column,
    onText((text) => {
      const at = Math.max(0, Math.floor(text.length / 2) - 1);
      return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
    }),
    count,
  );

/** Another text in the cell: a word nobody knows, a wrong state, the error of a formula. */
export const print = (column: Column, text: string, count?: number): Mutation =>
  inColumn(column, () => ({ text, link: null }), count);

/** Wherever a column prints this text, another one; the heading may be one that nobody knows. */
export const replace = (column: string, text: string, by: string): Mutation =>
  inColumn(
    column,
    onText((each) => (each === text ? by : each)),
  );

export const errorCells = (column: Column, count?: number): Mutation => print(column, '#REF!', count);

export const blank = (column: Column, count?: number): Mutation => inColumn(column, () => null, count);

export const suffix = (text: string, count?: number): Mutation =>
  inColumn(
    'LAW ENFORCEMENT AGENCY',
    onText((name) => name + text),
    count,
  );

/** Cyrillic letters that look like ours. */
export const lookAlikes = (count?: number): Mutation =>
  inColumn(
    'LAW ENFORCEMENT AGENCY',
    onText((name) => name.replaceAll('a', '\u0430').replaceAll('e', '\u0435').replaceAll('o', '\u043E')),
    count,
  );

/** Every link as a web archive gives it. */
export const archiveLinks: Mutation = inColumn('MOA', (cell) =>
  cell === null || cell.link === null
    ? cell
    : { ...cell, link: `https://web.archive.org/web/20250622170000/${cell.link}` },
);

/** So many rows missing, spread over the list. */
export const drop =
  (count: number): Mutation =>
  (list) => {
    const chosen = spread(list.rows.length, count);
    return { ...list, rows: list.rows.filter((_, index) => !chosen.has(index)) };
  };

/** Cut off after so many rows, as a download that broke. */
export const cutAfter =
  (rows: number): Mutation =>
  (list) => ({ ...list, rows: list.rows.slice(0, rows) });

/** Rows that no list ever had: the first ones again, under new names. */
export const invent =
  (count: number): Mutation =>
  (list) => {
    const { rows } = suffix(' Annex')({ ...list, rows: list.rows.slice(0, count) });
    return { ...list, rows: [...list.rows, ...rows] };
  };

export const repeat =
  (count: number): Mutation =>
  (list) => ({ ...list, rows: [...list.rows, ...list.rows.slice(0, count)] });

export const dropColumn =
  (column: Column): Mutation =>
  (list) => {
    const at = list.columns.indexOf(column);
    const without = <T>(cells: readonly T[]): T[] => cells.filter((_, index) => index !== at);
    return { ...list, columns: without(list.columns), rows: list.rows.map(without) };
  };

/** Another heading over the same cells. */
export const relabel =
  (column: Column, heading: string): Mutation =>
  (list) => ({ ...list, columns: list.columns.map((each) => (each === column ? heading : each)) });

export const addColumn =
  (heading: string, text: string): Mutation =>
  (list) => ({
    ...list,
    columns: [...list.columns, heading],
    rows: list.rows.map((row) => [...row, { text, link: null }]),
  });

export const reorderColumns: Mutation = (list) => ({
  ...list,
  columns: list.columns.toReversed(),
  rows: list.rows.map((row) => row.toReversed()),
});

export const sortOtherwise: Mutation = (list) => ({ ...list, rows: list.rows.toReversed() });

/** White space, case and quotes as the lists have them. */
export const respell: Mutation = (list) => {
  const spaced = inColumn(
    'STATE',
    onText((text) => `${text} `),
  )(list);
  return inColumn(
    'LAW ENFORCEMENT AGENCY',
    onText((text) => `${text.replaceAll("'", '\u2019')}\u00A0`),
  )(spaced);
};

/** The file's name says another day: so many days later, or earlier. The workbook stays as it was saved. */
export const renamedBy =
  (days: number): Mutation =>
  (list) => {
    const named = /^\d{4}-\d\d-\d\d/.exec(list.fileName)?.[0] ?? '';
    const day = isoDay(Date.parse(`${named}T00:00:00Z`) + days * DAY);
    return { ...list, fileName: day + list.fileName.slice(named.length) };
  };

/** The workbook was saved again, so many days later: its bytes are others. */
export const savedAgain =
  (days: number): Mutation =>
  (list) => {
    const { modifiedAt } = list;
    return modifiedAt === null
      ? list
      : { ...list, modifiedAt: new Date(Date.parse(modifiedAt) + days * DAY).toISOString() };
  };

/** The same bytes under a name that says nothing of their day. */
export const copied: Mutation = (list) => ({ ...list, fileName: 'copy of the list.xlsx' });

/** Several, in their order. */
export const both =
  (...mutations: readonly Mutation[]): Mutation =>
  (list) =>
    mutations.reduce((each, mutate) => mutate(each), list);
