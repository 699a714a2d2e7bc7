/** What a file may cost before it is refused. Counted on what is really there, never on what a header claims. */

export interface ReadLimits {
  /** Bytes of the file itself. */
  fileBytes: number;
  archiveEntries: number;
  /** Bytes of all entries together, counted while they inflate. */
  inflatedBytes: number;
  /** Inflated bytes for each byte of the file. */
  inflationRatio: number;
  rows: number;
  columns: number;
  /** Cells that hold something. */
  cells: number;
  /** Rows times columns of the rectangle around all cells, empty ones too: it is allocated densely. */
  spannedCells: number;
  /** Characters of one cell or link. */
  cellCharacters: number;
}

/** A list of 50,000 rows has 400,000 cells in its eight columns; the largest real one has 1,604 rows. */
export const defaultLimits: ReadLimits = {
  fileBytes: 20_000_000,
  archiveEntries: 200,
  inflatedBytes: 100_000_000,
  inflationRatio: 200,
  rows: 50_000,
  columns: 200,
  cells: 400_000,
  spannedCells: 5_000_000,
  cellCharacters: 32_767,
};
