import { expect, it } from 'vitest';
import type { ReadResult } from '../../../src/intake/table/list.ts';
import { KEPT_ROWS, KeptReadings } from '../../../src/operations/lists/kept-readings.ts';
import { arrival, row } from '../../support/lists/lists.ts';

const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, at) => ({ agency: `${prefix} ${at}` }));

function read(rows: readonly { agency: string }[], kind: 'PARTICIPATING' | 'PENDING' = 'PARTICIPATING') {
  const { result } = arrival({ kind, on: '2025-03-01', rows });
  // Rows of two readings are never the same objects.
  return structuredClone(result) as ReadResult & { ok: true };
}

const rowsOf = (result: ReadResult | null) => (result?.ok ? result.list.rows : []);

it('keeps what was read, and a row that two lists print once', () => {
  const kept = new KeptReadings();
  const [first, second] = [read(names(3, 'Sheriff')), read(names(5, 'Sheriff').toReversed())];
  expect(kept.keep(first)).toEqual(first);
  const again = kept.keep(second);
  expect(again).toEqual(second);
  expect(rowsOf(again).at(-1)?.cells).toBe(rowsOf(first)[0]?.cells);
});

it('does not take the reading of a row on a list of the other kind for its own', () => {
  const kept = new KeptReadings();
  const pending = read(names(1, 'Sheriff'), 'PENDING');
  const equal = {
    ...pending,
    list: { ...pending.list, kind: 'PARTICIPATING' as const, rows: [row({ agency: 'Other' })] },
  };
  equal.list.rows = equal.list.rows.map((each) => ({ ...each, hash: rowsOf(pending)[0]?.hash ?? '' }));
  kept.keep(pending);
  expect(kept.keep(equal)).toEqual(equal);
});

it('keeps a list many times over, but no more new rows than memory allows', () => {
  const kept = new KeptReadings();
  const rows = names(1_000, 'Sheriff');
  for (let times = 0; times < 100; times += 1) expect(rowsOf(kept.keep(read(rows)))).toHaveLength(1_000);
  expect(kept.keep(read(names(KEPT_ROWS, 'Police')))).toBeNull();
});
