/** SIGNED that cannot be, and what it is likely to be. */
import { describe, expect, it } from 'vitest';
import { isImpossible, likelySignedOn, oneYearLater } from '../../../src/intake/row/unlikely-signed-on.ts';
import { print } from '../../support/lists/list-mutations.ts';
import { printedList, readPrintedList } from '../../support/lists/printed-list.ts';

it.each([
  ['TASK_FORCE', '2012-12-31', false],
  ['TASK_FORCE', '2013-01-01', true],
  ['TASK_FORCE', '2025-01-19', true],
  ['TASK_FORCE', '2025-01-20', false],
  ['JAIL_ENFORCEMENT', '2020-03-01', false],
  ['WARRANT_SERVICE_OFFICER', '2019-05-06', false],
] as const)('%s signed on %s cannot be: %s', (model, signedOn, impossible) => {
  expect(isImpossible(model, signedOn)).toBe(impossible);
});

it.each([
  ['2024-03-10', '2025-04-01', '2025-03-10'],
  ['2025-01-05', '2026-01-12', '2026-01-05'],
  ['2020-06-30', '2026-04-01', '2025-06-30'],
  ['2024-05-10', '2025-04-01', null],
  ['2024-02-29', '2026-04-01', null],
])('a task-force agreement signed %s on a list of %s is likely of %s', (signedOn, publishedOn, likely) => {
  expect(likelySignedOn(signedOn, publishedOn)).toBe(likely);
});

it.each([
  ['2025-02-23', '2026-02-27', '2026-02-23'],
  ['2025-02-27', '2026-02-27', '2026-02-27'],
  ['2024-12-29', '2026-02-27', '2025-12-29'],
  ['2024-12-28', '2026-02-27', null],
  ['2025-02-28', '2026-02-27', null],
  ['2024-02-29', '2025-03-01', null],
])('signed %s and first listed on %s is likely of %s', (signedOn, firstListedOn, likely) => {
  expect(oneYearLater(signedOn, firstListedOn)).toBe(likely);
});

describe('a list', () => {
  it('keeps the day as printed, with an issue that says what is likely', () => {
    const result = readPrintedList(print('SIGNED', '2024-06-10')(printedList({ on: '2025-06-20', rows: 3 })));
    if (!result.ok) throw new Error(result.rejection.message);
    expect(result.list.rows.map(({ clean }) => clean.signedOn)).toEqual(['2024-06-10', '2024-06-10', '2024-06-10']);
    expect(result.list.issues).toEqual([
      {
        ...{ rowNumber: 2, column: 'SIGNED', code: 'UNLIKELY_DATE', printed: '2024-06-10' },
        reason:
          'There was no task-force model from 2013-01-01 to 2025-01-19; likely 2025-06-10. It is kept as printed.',
      },
    ]);
  });
});
