/** When a published figure is called reproduced, and under which rule. */
import { expect, test } from 'vitest';
import type { Figure } from '../../../src/analysis/figure.ts';
import { type CountOnList, gapFor, judge, type ListCounts } from '../../../src/analysis/figure-verdict.ts';

const figure = (given: Partial<Figure>): Figure => ({
  ...{ id: 'f', publisher: 'p', publishedOn: null, source: 's', claim: 'c', value: 10, unit: 'AGREEMENTS' },
  ...{ place: null, models: null, on: '2026-02-02', since: null, roundedTo: 1, atLeast: false },
  ...given,
});

const counts = (given: Partial<ListCounts>): ListCounts => ({
  ...{
    agreements: 20,
    agencies: 15,
    agenciesAsPrinted: 16,
    rows: 21,
    rowsWithStateAsPrinted: 19,
    states: 3,
    places: 4,
  },
  ...given,
});

test.each([
  ['its own rule before others', { value: 15 }, { agreements: 15 }, 'REPRODUCED', 'AGREEMENTS'],
  ['another rule', { value: 15 }, {}, 'REPRODUCED_UNDER_ANOTHER_RULE', 'AGENCIES'],
  ['agencies by their own', { value: 15, unit: 'AGENCIES' as const }, {}, 'REPRODUCED', 'AGENCIES'],
  ['the rule that comes first', { value: 19 }, { rows: 19 }, 'REPRODUCED_UNDER_ANOTHER_RULE', 'ROWS'],
  ['none', { value: 10 }, {}, 'NOT_REPRODUCED', null],
  ['a floor', { value: 18, atLeast: true }, {}, 'REPRODUCED', 'AGREEMENTS'],
  ['a floor that is not reached', { value: 22, atLeast: true }, {}, 'NOT_REPRODUCED', null],
  ['within the rounding', { value: 20, roundedTo: 10 }, { agreements: 24 }, 'REPRODUCED', 'AGREEMENTS'],
  ['beyond the rounding', { value: 20, roundedTo: 10, unit: 'STATES' as const }, {}, 'NOT_REPRODUCED', null],
  ['places for states', { value: 4, unit: 'STATES' as const }, {}, 'REPRODUCED_UNDER_ANOTHER_RULE', 'PLACES'],
  ['nothing that is counted', { unit: 'OFFICERS' as const }, {}, 'NO_DATA', null],
])('%s', (_what, given, listed, verdict, reproducedBy) => {
  expect(judge(figure(given), counts(listed), null)).toMatchObject({ verdict, reproducedBy });
});

test('no list of the day is no data', () => {
  expect(judge(figure({}), null, null)).toEqual({ computed: [], verdict: 'NO_DATA', reproducedBy: null });
  expect(judge(figure({ unit: 'PERCENT', since: '2020-01-01' }), counts({}), null).verdict).toBe('NO_DATA');
});

test('a growth is computed on every count, and on the two that must not be mixed', () => {
  const then = counts({ agreements: 10, agencies: 10, agenciesAsPrinted: 8, rows: 0 });
  const { computed, verdict } = judge(figure({ unit: 'PERCENT', value: 100, since: '2025-01-20' }), counts({}), then);
  expect(verdict).toBe('REPRODUCED');
  expect(computed.map(({ rule, value, difference }) => [rule, value, difference])).toEqual([
    ['PERCENT_OF_AGREEMENTS', 100, 0],
    ['PERCENT_OF_AGENCIES', 50, -50],
    ['PERCENT_OF_AGENCIES_AS_PRINTED', 100, 0],
    ['PERCENT_OF_ROWS_WITH_STATE_AS_PRINTED', 0, -100],
    ['PERCENT_OF_AGENCIES_AS_PRINTED_AGAINST_AGREEMENTS', 60, -40],
  ]);
});

test('the gap is the nearest to the day, or the list that has the value', () => {
  const list = (number: number, on: string, value: number): CountOnList => ({ number, on, value });
  const lists = [
    list(1, '2026-01-01', 8),
    list(2, '2026-01-05', 11),
    list(3, '2026-02-01', 9),
    list(4, '2026-02-03', 12),
  ];
  expect(gapFor(10, '2026-02-02', lists)).toEqual({ earlier: lists[2], later: lists[3] });
  expect(gapFor(10, '2026-01-02', lists)).toEqual({ earlier: lists[0], later: lists[1] });
  expect(gapFor(11, '2026-01-02', lists)).toEqual({ earlier: lists[1], later: lists[1] });
  expect(gapFor(20, '2026-01-02', lists)).toBeNull();
});
