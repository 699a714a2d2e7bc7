/** What was printed: lists and their rows, never deleted; and what could not be read of them, which follows the reading. */
import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { day, instant } from './columns.ts';
import {
  agencyTypeEnum,
  issueCodeEnum,
  modelEnum,
  originEnum,
  publishedAtBasisEnum,
  snapshotKindEnum,
  snapshotStatusEnum,
} from './enums.ts';

/** A cell as printed. `column` is the header's text, trimmed; `link` the hyperlink's target, as stored. */
export interface PrintedCell {
  column: string;
  text: string;
  link: string | null;
}

/** What a declared rule made of a printed cell. */
export interface CellCorrection {
  field: string;
  printed: string;
  clean: string;
  rule: string;
}

/** Why a list is held: a rule of the guard, its counts, and a sentence for people. */
export interface HoldReason {
  rule:
    | 'AGREEMENTS_MISSING'
    | 'PLACE_EMPTIED'
    | 'AGREEMENTS_ADDED'
    | 'AGREEMENTS_RESTORED'
    | 'AGREEMENTS_MOVED'
    | 'SIGNED_CHANGED'
    | 'MEMORANDA_REPLACED'
    | 'NAMES_RESPELT'
    | 'AGENCIES_NEW'
    | 'ROWS_WITH_ISSUES'
    | 'PENDING_REPEATS'
    | 'PUBLISHED_AHEAD'
    | 'PUBLISHED_TOO_EARLY'
    | 'SIGNED_AFTER_PUBLICATION'
    | 'STALE_FILE'
    | 'UNREADABLE_ROWS'
    | 'NOTHING_READABLE'
    // Of lists that were held before the rows whose agency or model cannot be read counted too.
    | 'UNKNOWN_STATES';
  count: number;
  limit: number;
  place: string | null;
  message: string;
}

/** Why a file is rejected: a typed code and a sentence that names the place in the file. */
export interface Rejection {
  code: string;
  message: string;
}

/** Where a file was fetched, and what the answer said of it; texts as they came. */
export interface Fetched {
  address: string;
  /** ISO 8601 in UTC. */
  at: string;
  lastModified: string | null;
  etag: string | null;
}

/** One list at one moment. Natural key: (kind, published_at, table_hash). Written once by `ledger/apply`. */
export const snapshots = pgTable(
  'snapshots',
  {
    /** Internal number in order of arrival; the rows point at it. */
    number: integer('number').primaryKey().generatedAlwaysAsIdentity(),
    id: uuid('id').notNull(),
    /** Null when the file could not be read far enough to tell. */
    kind: snapshotKindEnum('kind'),
    status: snapshotStatusEnum('status').notNull(),
    publishedAt: instant('published_at').notNull(),
    publishedAtBasis: publishedAtBasisEnum('published_at_basis').notNull(),
    /** When it was published as believed on its arrival, once an operator gave it another time; else null. */
    postedAt: instant('posted_at'),
    /** The workbook's own dcterms:modified; breaks ties of published_at. */
    modifiedAt: instant('modified_at'),
    ingestedAt: instant('ingested_at').notNull(),
    /** Of the operator's decision about it that was made last and is in force. */
    decidedAt: instant('decided_at'),
    decidedReason: text('decided_reason'),
    fileName: text('file_name').notNull(),
    sha256: text('sha256').notNull(),
    /** Hash over the rows' hashes, whatever their order; null for a rejected file. */
    tableHash: text('table_hash'),
    origin: originEnum('origin').notNull(),
    /** Null for a file that nobody fetched. */
    fetched: jsonb('fetched').$type<Fetched>(),
    worksheet: text('worksheet'),
    columns: text('columns').array().notNull(),
    rowCount: integer('row_count').notNull(),
    hiddenRowCount: integer('hidden_row_count').notNull(),
    issueCount: integer('issue_count').notNull(),
    holdReasons: jsonb('hold_reasons').$type<HoldReason[]>().notNull(),
    rejection: jsonb('rejection').$type<Rejection>(),
    /** True when its events are told in sum: it was the first of its kind, long before the newest, or --backfill. */
    backfill: boolean('backfill').notNull(),
  },
  (table) => [
    uniqueIndex('snapshots_id_key').on(table.id),
    uniqueIndex('snapshots_table_key').on(table.kind, table.publishedAt, table.tableHash),
    index('snapshots_publication_idx').on(table.publishedAt, table.number),
    index('snapshots_sha256_idx').on(table.sha256),
    check('snapshots_rejected_reason', sql`(${table.status} = 'REJECTED') = (${table.rejection} is not null)`),
  ],
);

/** The text of the first cell under a heading, computed by the database itself, so that it is always that of the cells. */
const printedUnder = (heading: string): SQL =>
  sql.raw(`jsonb_path_query_first("cells", '$[*] ? (@.column like_regex "^${heading}$" flag "i").text') #>> '{}'`);

/**
 * One distinct printed row, stored once however many lists print it. Natural key: `hash` of its cells and links.
 * The clean columns are what the rules of the ledger's rules version made of the cells.
 */
export const sourceRows = pgTable(
  'source_rows',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    hash: text('hash').notNull(),
    cells: jsonb('cells').$type<PrintedCell[]>().notNull(),
    corrections: jsonb('corrections').$type<CellCorrection[]>().notNull(),
    /** USPS code; null puts the row aside. */
    placeCode: text('place_code'),
    /** The state that its STATE says, where later lists show that it is the one in `placeCode`; else null. */
    movedFrom: text('moved_from'),
    /** The agency's name, white space and quotes tidied. */
    agencyName: text('agency_name'),
    /** The canonical form of the name, before aliases, pairings and decisions. */
    nameKey: text('name_key'),
    /** Null puts the row aside. */
    model: modelEnum('model'),
    agencyType: agencyTypeEnum('agency_type'),
    typePrinted: text('type_printed'),
    countyFips: text('county_fips'),
    signedOn: day('signed_on'),
    signedPrinted: text('signed_printed'),
    memorandumUrl: text('memorandum_url'),
    addendumUrl: text('addendum_url'),
    /** The cells that the press counts by, untouched: two spellings are two texts. Null where the list has no such column. */
    statePrinted: text('state_printed').generatedAlwaysAs(printedUnder('STATE')),
    agencyPrinted: text('agency_printed').generatedAlwaysAs(printedUnder('LAW ENFORCEMENT AGENCY')),
    modelPrinted: text('model_printed').generatedAlwaysAs(printedUnder('SUPPORT TYPE')),
  },
  (table) => [
    uniqueIndex('source_rows_hash_key').on(table.hash),
    index('source_rows_name_idx').on(table.placeCode, table.nameKey),
    // Of one name in whatever state.
    index('source_rows_name_key_idx').on(table.nameKey),
    index('source_rows_moved_idx').on(table.id).where(sql`moved_from is not null`),
    // A handful among thousands, asked for with every list.
    index('source_rows_unreadable_idx')
      .on(table.id)
      .where(sql`place_code is null or name_key is null or model is null`),
  ],
);

/** One row of one list: which printed row stands where. */
export const snapshotRows = pgTable(
  'snapshot_rows',
  {
    snapshotNumber: integer('snapshot_number').notNull(),
    /** Row of the worksheet as a person counts it: the header is row 1. */
    rowNumber: integer('row_number').notNull(),
    sourceRowId: bigint('source_row_id', { mode: 'number' }).notNull(),
    /** Hidden by a filter in the workbook; real data all the same. */
    hidden: boolean('hidden').notNull(),
  },
  (table) => [
    primaryKey({ name: 'snapshot_rows_pkey', columns: [table.snapshotNumber, table.rowNumber] }),
    index('snapshot_rows_source_idx').on(table.sourceRowId, table.snapshotNumber),
    foreignKey({
      name: 'snapshot_rows_snapshot_fkey',
      columns: [table.snapshotNumber],
      foreignColumns: [snapshots.number],
    }).onDelete('restrict'),
    foreignKey({
      name: 'snapshot_rows_source_fkey',
      columns: [table.sourceRowId],
      foreignColumns: [sourceRows.id],
    }).onDelete('restrict'),
  ],
);

/** One thing that could not be taken as printed, with the row, the column, the printed text and the reason. */
export const rowIssues = pgTable(
  'row_issues',
  {
    snapshotNumber: integer('snapshot_number').notNull(),
    /** Counts the issues of one list from 1. */
    ordinal: integer('ordinal').notNull(),
    /** Null for an issue with the whole list, such as a file name that names the other kind. */
    rowNumber: integer('row_number'),
    column: text('column_name'),
    code: issueCodeEnum('code').notNull(),
    printed: text('printed'),
    reason: text('reason').notNull(),
  },
  (table) => [
    primaryKey({ name: 'row_issues_pkey', columns: [table.snapshotNumber, table.ordinal] }),
    foreignKey({
      name: 'row_issues_snapshot_fkey',
      columns: [table.snapshotNumber],
      foreignColumns: [snapshots.number],
    }).onDelete('restrict'),
  ],
);
