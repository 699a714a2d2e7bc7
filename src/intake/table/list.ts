/** What reading a file yields: a list of rows, printed and clean, or a typed refusal. Shapes only. */
import type { AgencyType, IssueCode, Model, PublishedAtBasis, SnapshotKind } from '../../../schema/enums.ts';
import type { CellCorrection, PrintedCell, Rejection } from '../../../schema/tables/snapshots.ts';

/** What is known of a file before it is opened. Instants are ISO 8601 in UTC. */
export interface FileFacts {
  /** Base name, as given; it may carry a date and may lie about the kind. */
  fileName: string;
  /** What was believed when it came first, as an archive says: nothing else is asked. */
  believed?: { publishedAt: string; publishedAtBasis: PublishedAtBasis };
  /** The operator's word; believed before all else. */
  publishedAt?: string;
  /** The fetch's Last-Modified header. */
  lastModified?: string;
  /** The worksheet that is the list, where several could be. */
  sheet?: string;
  /** Row of the header, as a person counts; left out, it is looked for in the first ten. */
  headerRow?: number;
  /** When the bytes reached us: believed last, and only when nothing else says. */
  receivedAt: string;
}

/** The clean reading of a row. Null: the sheet left it blank, or it could not be read (then there is an issue). */
export interface CleanRow {
  /** USPS code of the state, district or territory. */
  placeCode: string | null;
  /** The agency's name with white space and quotes tidied. */
  agencyName: string | null;
  model: Model | null;
  agencyType: AgencyType | null;
  typePrinted: string | null;
  /** Five-digit FIPS code of the county. */
  countyFips: string | null;
  /** `YYYY-MM-DD`. */
  signedOn: string | null;
  signedPrinted: string | null;
  /** Unwrapped link to the signed PDF. */
  memorandumUrl: string | null;
  addendumUrl: string | null;
}

export interface RowIssue {
  /** Row of the worksheet as a person counts it; null for an issue with the whole list. */
  rowNumber: number | null;
  column: string | null;
  code: IssueCode;
  printed: string | null;
  reason: string;
}

export interface ListRow {
  rowNumber: number;
  hidden: boolean;
  cells: readonly PrintedCell[];
  /** SHA-256, hex, of the cells and links: equal rows have equal hashes on every list. */
  hash: string;
  clean: CleanRow;
  corrections: readonly CellCorrection[];
}

export interface List {
  kind: SnapshotKind;
  publishedAt: string;
  publishedAtBasis: PublishedAtBasis;
  /** The workbook's dcterms:modified; null for CSV. */
  modifiedAt: string | null;
  worksheet: string | null;
  columns: readonly string[];
  rows: readonly ListRow[];
  issues: readonly RowIssue[];
  /** SHA-256, hex, over the rows' hashes: sorting or filtering the sheet leaves it the same. */
  tableHash: string;
}

/** A file that was read, or the reason why it was not. `sha256` is of the bytes, hex. */
export type ReadResult = { sha256: string } & (
  | { ok: true; list: List }
  | { ok: false; rejection: Rejection; publishedAt: string; publishedAtBasis: PublishedAtBasis }
);
