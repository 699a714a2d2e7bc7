/** Readings of many files until they are applied, as far as memory allows. Lists share the rows that they both print. */
import type { ListRow, ReadResult } from '../../intake/table/list.ts';

/** Rows that are kept: some 50 MB. */
export const KEPT_ROWS = 20_000;
/** A row that another list prints too takes a small part of what a new one does. */
const PART_OF_ROW = 1 / 25;

/** All were read by the same spellings: equal cells on lists of one kind have equal readings. */
export class KeptReadings {
  readonly #rows = new Map<string, ListRow>();
  #taken = 0;

  /** The reading, sharing what it has in common with those before; null where it is too much to keep. */
  keep(result: ReadResult): ReadResult | null {
    if (!result.ok) return result;
    const rows: ListRow[] = [];
    for (const row of result.list.rows) {
      const key = `${result.list.kind} ${row.hash}`;
      const known = this.#rows.get(key);
      this.#taken += known === undefined ? 1 : PART_OF_ROW;
      if (this.#taken > KEPT_ROWS) return null;
      if (known === undefined) this.#rows.set(key, row);
      rows.push(known === undefined ? row : { ...known, rowNumber: row.rowNumber, hidden: row.hidden });
    }
    return { ...result, list: { ...result.list, rows } };
  }
}
