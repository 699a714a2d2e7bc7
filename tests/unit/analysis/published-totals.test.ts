import { expect, test } from 'vitest';
import { totalOn } from '../../../src/analysis/published-totals.ts';

test.each<[string, number | null]>([
  ['2007-09-18', null],
  ['2009-01-20', 41],
  ['2017-01-20', 34],
  ['2017-08-01', 58],
  ['2018-08-02', 58],
  // Years later nobody knew any more what the last total still says.
  ['2018-08-03', null],
  ['2021-01-20', null],
  ['2025-01-20', null],
])('on %s the published total is %s', (day, agreements) => {
  expect(totalOn(day)?.agreements ?? null).toBe(agreements);
});
