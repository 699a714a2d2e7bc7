/** Chooses which agreement shows which quirk: at most one each, the same in every run. */

import type { SheetRow } from '../lists/sheet-row.ts';
import type { Agreement } from './agreement.ts';

export interface Casting {
  /** Returns up to `count` matching rows without a quirk; fewer when the sample is small. */
  take(count: number, fits: (agreement: Agreement) => boolean): SheetRow[];
  /** The same, together with the other rows of their agencies. */
  takeAgencies(count: number, fits: (agreement: Agreement) => boolean): SheetRow[][];
  /** Index of the participating list of a day. */
  on(day: string): number;
}

/** `rows` in a shuffled order; `days` are those of the participating lists. */
export function createCasting(rows: readonly SheetRow[], days: readonly string[]): Casting {
  const free = new Set(rows);
  const byAgreement = new Map(rows.map((row) => [row.agreement, row]));
  const family = ({ agreement }: SheetRow): SheetRow[] =>
    agreement.agency.agreements.flatMap((each) => byAgreement.get(each) ?? []);
  const takeAgencies = (count: number, fits: (agreement: Agreement) => boolean): SheetRow[][] => {
    const taken: SheetRow[][] = [];
    for (const row of free) {
      if (taken.length === count) break;
      const together = family(row);
      if (!fits(row.agreement) || !together.every((each) => free.has(each))) continue;
      for (const each of together) free.delete(each);
      taken.push(together);
    }
    return taken;
  };
  return {
    takeAgencies,
    take: (count, fits) => takeAgencies(count, (each) => each.agency.agreements.length === 1 && fits(each)).flat(),
    on: (day) => days.indexOf(day),
  };
}

/** Listed on every list from one index to another, and on nothing that ends in between. */
export const standsOver =
  (from: number, until: number) =>
  (agreement: Agreement): boolean =>
    agreement.from <= from && agreement.until >= until;
