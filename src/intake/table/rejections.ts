/**
 * Why a whole file is refused: a closed list of codes, each with a sentence for the person who has the file.
 * Inside intake a refusal travels as an exception; `read-list` turns it into a result, so that no caller sees it.
 */

export const rejectionCodes = [
  'EMPTY_FILE',
  'TOO_LARGE',
  'NOT_A_LIST',
  'LEGACY_XLS',
  'HTML_PAGE',
  'PASSWORD_PROTECTED',
  'MACROS',
  'DAMAGED_ARCHIVE',
  'ARCHIVE_TOO_LARGE',
  'DTD_FORBIDDEN',
  'UNREADABLE_TEXT',
  'UNFINISHED_TABLE',
  'TOO_MANY_ROWS',
  'TOO_MANY_COLUMNS',
  'TOO_MANY_CELLS',
  'CELL_TOO_LONG',
  'NO_KNOWN_HEADER',
  'SEVERAL_TABLES',
  'MISSING_COLUMN',
  'DOUBLED_COLUMN',
  'TIMEOUT',
  'OUT_OF_MEMORY',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Thrown for what is wrong with the data, never for what is wrong with the program. */
export class UnreadableFile extends Error {
  readonly code: RejectionCode;
  constructor(code: RejectionCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableFile';
    this.code = code;
  }
}
