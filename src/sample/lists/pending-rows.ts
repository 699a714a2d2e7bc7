/**
 * The pending lists: agreements that a later participating list shows as signed, and some that never come. The sheet
 * has no SIGNED and no link.
 */

import { createChance } from '../random.ts';
import type { Recruit } from '../world/agreement.ts';
import type { Column } from './calendar.ts';
import { layRow, type SampleCell, type SheetRow } from './sheet-row.ts';

export interface PendingRows {
  /** Rows of the pending list that stands before the participating list of index `next`. */
  rowsBefore(next: number, columns: readonly Column[]): SampleCell[][];
}

/** `recruit` makes the agencies of the agreements that are never signed. */
export function layPending(rows: readonly SheetRow[], seed: string, recruit: Recruit): PendingRows {
  const chance = createChance(`${seed}/pending`);
  const announced = rows.filter(({ agreement }) => agreement.from > 2 && chance.hits(0.45));
  const dropped = ['GA', 'TX', 'VA', 'MO', 'KY', 'PA'].map((code, position) => ({
    row: layRow({
      agency: recruit(code, 'TASK_FORCE'),
      model: 'TASK_FORCE',
      from: 0,
      until: Number.POSITIVE_INFINITY,
      signedOn: '2025-01-21',
    }),
    // Half of them are given up before the second pending list, the others before the last.
    upTo: position < 3 ? 9 : 16,
  }));
  return {
    rowsBefore: (next, columns) =>
      [
        ...announced.filter(({ agreement }) => agreement.from >= next && agreement.from < next + 2),
        ...dropped.filter(({ upTo }) => next <= upTo).map(({ row }) => row),
      ].map(({ cells }) => columns.map((column) => cells[column])),
  };
}
