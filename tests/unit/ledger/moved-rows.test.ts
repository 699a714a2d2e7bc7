/** Which rows stand in the wrong state: the cases of the archive, and what only looks like them. */
import { expect, test } from 'vitest';
import { placesOfMovedRows, type StatedRow } from '../../../src/ledger/derive/lists/moved-rows.ts';

const row = (id: number, placeCode: string, given: Partial<StatedRow> = {}): StatedRow => ({
  ...{ id, placeCode, signedOn: '2025-02-28', memorandumUrl: null },
  ...given,
});
const moved = (rows: readonly StatedRow[], lists: readonly (readonly number[])[]): unknown =>
  Object.fromEntries(placesOfMovedRows(rows, lists));

test('a row gone in one state and new in another is read in the other, on every list', () => {
  expect(moved([row(1, 'NY'), row(2, 'FL')], [[1], [1], [2]])).toEqual({ 1: 'FL' });
});

test('the memorandum says it too, where SIGNED differs', () => {
  const memorandumUrl = 'https://example.org/a.pdf';
  const rows = [row(1, 'NY', { memorandumUrl }), row(2, 'FL', { memorandumUrl, signedOn: '2025-03-01' })];
  expect(moved(rows, [[1], [2]])).toEqual({ 1: 'FL' });
});

test('two agencies of one name with another SIGNED are two', () => {
  expect(moved([row(1, 'MD'), row(2, 'KY', { signedOn: '2025-03-01' })], [[1], [2]])).toEqual({});
});

test('nothing moved that stands in both states on one of the two lists', () => {
  expect(moved([row(1, 'KS'), row(2, 'SC')], [[1, 2], [2]])).toEqual({});
  expect(moved([row(1, 'TX'), row(2, 'TN')], [[1], [1, 2], [1]])).toEqual({});
});

test('where two states fit, neither is taken', () => {
  expect(moved([row(1, 'NY'), row(2, 'FL'), row(3, 'GA')], [[1], [2, 3]])).toEqual({});
  expect(moved([row(1, 'NY'), row(2, 'FL'), row(3, 'GA')], [[1, 3], [2]])).toEqual({});
});

test('of two that stood there under one name, the other stays', () => {
  const own = row(3, 'TX', { signedOn: '2019-05-01' });
  // It was there before, and is signed for itself.
  expect(moved([row(1, 'TX'), row(2, 'KS'), own], [[3], [], [1], [2]])).toEqual({ 1: 'KS' });
});

test('rows before a correction of SIGNED move along, and those that say nothing', () => {
  const rows = [
    row(1, 'NY', { signedOn: '2025-02-27' }),
    row(2, 'NY'),
    row(3, 'FL'),
    row(4, 'NY', { signedOn: null }),
    row(5, 'FL', { signedOn: null }),
  ];
  expect(moved(rows, [[1], [2], [3]])).toEqual({ 1: 'FL', 2: 'FL', 4: 'FL' });
});

test('the last of several moves says where it is', () => {
  expect(moved([row(1, 'NY'), row(2, 'FL')], [[1], [2], [1]])).toEqual({ 2: 'NY' });
  expect(moved([row(1, 'NY'), row(2, 'FL')], [[1], [2], [1], [2]])).toEqual({ 1: 'FL' });
});
