/** What intake makes of lists that something happened to: read right, set aside row by row, or refused by name. */
import { describe, expect, it } from 'vitest';
import type { List } from '../../../src/intake/table/list.ts';
import * as mutations from '../../support/lists/list-mutations.ts';
import { type PrintedList, printedList, readPrintedList } from '../../support/lists/printed-list.ts';

const genuine = printedList({ on: '2025-06-20', rows: 60 });

function read(list: PrintedList): List {
  const result = readPrintedList(list);
  if (!result.ok) throw new Error(result.rejection.message);
  return result.list;
}

const clean = (list: PrintedList) => read(list).rows.map((row) => row.clean);
const issueCodes = (list: PrintedList) => {
  const counted: Record<string, number> = {};
  for (const { code } of read(list).issues) counted[code] = (counted[code] ?? 0) + 1;
  return counted;
};

it('the list without a mutation is read without an issue', () => {
  expect(issueCodes(genuine)).toEqual({});
  expect(new Set(clean(genuine).map(({ placeCode }) => placeCode)).size).toBeGreaterThan(20);
});

describe('what means nothing is read as the same rows:', () => {
  it.each<[string, mutations.Mutation]>([
    ['white space, case and quotes', mutations.respell],
    ['another order of columns', mutations.reorderColumns],
    ['a column that nobody knows', mutations.addColumn('NOTES', 'x')],
    ['a workbook saved again', mutations.savedAgain(1)],
    ['links as an archive gives them', mutations.archiveLinks],
    ['another order of rows', (list) => mutations.sortOtherwise(mutations.sortOtherwise(list))],
  ])('%s', (_, mutate) => {
    expect(clean(mutate(genuine))).toEqual(clean(genuine));
  });
});

describe('a slip is read as what was meant:', () => {
  it.each<[string, mutations.Mutation]>([
    ['letters swapped in the state', mutations.typo('STATE', 12)],
    ['letters swapped in the model', mutations.typo('SUPPORT TYPE', 12)],
    ['letters swapped in the county', mutations.typo('COUNTY', 12)],
  ])('%s', (_, mutate) => {
    expect(clean(mutate(genuine))).toEqual(clean(genuine));
  });
});

describe('what cannot be read stays on the list, with an issue:', () => {
  it.each<[string, mutations.Mutation, Record<string, number>]>([
    ['an unknown model', mutations.print('SUPPORT TYPE', 'Task Force', 8), { UNKNOWN_MODEL: 8 }],
    ['the error of a formula as state', mutations.errorCells('STATE', 3), { UNKNOWN_STATE: 3 }],
    ['the error of a formula as name', mutations.errorCells('LAW ENFORCEMENT AGENCY', 2), { UNREADABLE_NAME: 2 }],
    ['a blank name', mutations.blank('LAW ENFORCEMENT AGENCY', 2), { MISSING_VALUE: 2 }],
    ['a truth value as model', mutations.print('SUPPORT TYPE', 'TRUE', 1), { UNKNOWN_MODEL: 1 }],
    [
      'two columns that changed places',
      mutations.swapColumns('STATE', 'SUPPORT TYPE'),
      { UNKNOWN_STATE: 60, UNKNOWN_MODEL: 60 },
    ],
  ])('%s', (_, mutate, issues) => {
    const list = read(mutate(genuine));
    expect(list.rows).toHaveLength(60);
    expect(issueCodes(mutate(genuine))).toMatchObject(issues);
  });
});

describe('what another list must be compared with is read as printed:', () => {
  it.each<[string, mutations.Mutation]>([
    ['days shifted', mutations.shiftDates(1)],
    ['day and month swapped', mutations.swapDayAndMonth],
    ['a column shifted a row', mutations.shiftColumn('SIGNED')],
    ['a suffix on every name', mutations.suffix(' (287g)')],
    ['letters that look alike', mutations.lookAlikes(3)],
    ['a wrong state', mutations.print('STATE', 'TEXAS', 3)],
    ['rows left out', mutations.drop(20)],
    ['a list cut off', mutations.cutAfter(10)],
    ['rows that nobody had', mutations.invent(5)],
    ['rows printed twice', mutations.repeat(5)],
  ])('%s', (_, mutate) => {
    expect(clean(mutate(genuine))).not.toEqual(clean(genuine));
    expect(issueCodes(mutate(genuine))).not.toHaveProperty('UNKNOWN_MODEL');
  });
});

it.each<[string, mutations.Mutation, string]>([
  ['without the column of states', mutations.dropColumn('STATE'), 'MISSING_COLUMN'],
  ['whose SIGNED is called otherwise', mutations.relabel('SIGNED', 'DATE SIGNED'), 'MISSING_COLUMN'],
  ['with a column twice', mutations.relabel('TYPE', 'STATE'), 'DOUBLED_COLUMN'],
])('a list %s is refused', (_, mutate, code) => {
  expect(readPrintedList(mutate(genuine))).toMatchObject({ ok: false, rejection: { code } });
});

it.each<[string, string, mutations.Mutation]>([
  ['a later day', '2025-07-20', mutations.renamedBy(30)],
  ['an earlier day', '2025-05-21', mutations.renamedBy(-30)],
  ['no day', '2025-06-20', mutations.copied],
])('a file that is named for %s is of %s', (_, day, mutate) => {
  expect(read(mutate(genuine)).publishedAt.slice(0, 10)).toBe(day);
});
