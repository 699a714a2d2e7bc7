/** A worksheet or a text table as read from the file, before anything is known of its columns. Shapes only. */

export interface SheetCell {
  /** As printed; never blank-trimmed. */
  text: string;
  link: string | null;
}

export interface SheetRow {
  /** As a person counts: the first row of the sheet is 1. */
  rowNumber: number;
  hidden: boolean;
  /** By column from 0; null where nothing is printed. */
  cells: readonly (SheetCell | null)[];
}

export interface Sheet {
  /** Null for a text table, which has no worksheets. */
  name: string | null;
  /** Rows with something in them, in order. */
  rows: readonly SheetRow[];
}

export interface Sheets {
  sheets: readonly Sheet[];
  /** The workbook's dcterms:modified, ISO 8601 in UTC. */
  modifiedAt: string | null;
}
