/** Snapshots: by id, by number, as pages; their rows and their issues; and the newest that was accepted. */
import { sql } from 'drizzle-orm';
import type { IssueCode, Origin, PublishedAtBasis, SnapshotKind, SnapshotStatus } from '../../schema/enums.ts';
import {
  type CellCorrection,
  type Fetched,
  type HoldReason,
  type PrintedCell,
  type Rejection,
  rowIssues,
  snapshotRows,
  snapshots,
  sourceRows,
} from '../../schema/tables/snapshots.ts';
import type { InstantText } from './counts/instant.ts';
import { type AnyOf, anyOf, betweenDays } from './keyset/condition.ts';
import type { Order } from './keyset/keyset.ts';
import { type Condition, type ParentLink, rowReader, type Source } from './keyset/source.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface SnapshotRow {
  typename: string;
  id: string;
  number: number;
  kind: SnapshotKind | null;
  status: SnapshotStatus;
  publishedAt: InstantText;
  publishedAtBasis: PublishedAtBasis;
  modifiedAt: InstantText | null;
  ingestedAt: InstantText;
  decidedAt: InstantText | null;
  decidedReason: string | null;
  fileName: string;
  sha256: string;
  origin: Origin;
  fetched: Fetched | null;
  worksheet: string | null;
  columns: string[];
  rowCount: number;
  hiddenRowCount: number;
  issueCount: number;
  holdReasons: HoldReason[];
  rejection: Rejection | null;
  backfill: boolean;
  /** 1: it is accepted; 0: it has another verdict. */
  counts: number;
}

export interface SnapshotFilter {
  kinds?: AnyOf<SnapshotKind>;
  statuses?: AnyOf<SnapshotStatus>;
  publishedFrom?: string | null | undefined;
  publishedTo?: string | null | undefined;
}

const columns = {
  id: sql`${snapshots.id}`,
  number: sql`${snapshots.number}`,
  kind: sql`${snapshots.kind}`,
  status: sql`${snapshots.status}`,
  publishedAt: sql`${snapshots.publishedAt}`,
  // Another time than that of its arrival was given by an operator.
  publishedAtBasis: sql`case when ${snapshots.postedAt} is null then ${snapshots.publishedAtBasis} else 'GIVEN' end`,
  modifiedAt: sql`${snapshots.modifiedAt}`,
  ingestedAt: sql`${snapshots.ingestedAt}`,
  decidedAt: sql`${snapshots.decidedAt}`,
  decidedReason: sql`${snapshots.decidedReason}`,
  fileName: sql`${snapshots.fileName}`,
  sha256: sql`${snapshots.sha256}`,
  origin: sql`${snapshots.origin}`,
  fetched: sql`${snapshots.fetched}`,
  worksheet: sql`${snapshots.worksheet}`,
  columns: sql`${snapshots.columns}`,
  rowCount: sql`${snapshots.rowCount}`,
  hiddenRowCount: sql`${snapshots.hiddenRowCount}`,
  issueCount: sql`${snapshots.issueCount}`,
  holdReasons: sql`${snapshots.holdReasons}`,
  rejection: sql`${snapshots.rejection}`,
  backfill: sql`${snapshots.backfill}`,
  counts: sql`(${snapshots.status} = 'ACCEPTED')::int`,
};

export const snapshotSource: Source<Omit<SnapshotRow, 'typename'>> = {
  name: 'snapshots',
  typename: 'Snapshot',
  from: sql`${snapshots}`,
  columns,
  // What statistics of a list need to know of it, whatever else is asked.
  always: ['id', 'number', 'status', 'kind', 'publishedAt'],
};

/** Accepted ones first, for a held one may be dated years ahead; then the newest publication. */
export const snapshotOrder: Order = {
  tag: 'snapshots',
  keys: [
    { field: 'counts', column: columns.counts, type: 'int' },
    { field: 'publishedAt', column: columns.publishedAt, type: 'timestamptz' },
    { field: 'number', column: columns.number, type: 'int' },
  ],
  descending: true,
};

export function snapshotConditions(filter: SnapshotFilter): Condition[] {
  return [
    ...anyOf('kinds', columns.kind, 'snapshot_kind', filter.kinds),
    ...anyOf('statuses', columns.status, 'snapshot_status', filter.statuses),
    ...betweenDays('published', columns.publishedAt, filter.publishedFrom, filter.publishedTo),
  ];
}

const allColumns = sql.join(Object.values(columns), sql`, `);
const readSnapshot = rowReader<SnapshotRow>('Snapshot', Object.keys(columns));

export async function snapshotsById(statements: Statements, ids: readonly string[]): Promise<(SnapshotRow | null)[]> {
  const query = sql`select ${allColumns} from ${snapshots} where ${snapshots.id} = any(${sql.placeholder('ids')}::uuid[])`;
  const build = () => ({ query, read: readSnapshot });
  const rows = await statements.run('snapshots by id', build, { ids: arrayLiteral(ids) });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export async function snapshotsByNumber(
  statements: Statements,
  numbers: readonly number[],
): Promise<(SnapshotRow | null)[]> {
  const query = sql`select ${allColumns} from ${snapshots} where ${snapshots.number} = any(${sql.placeholder('numbers')}::int[])`;
  const build = () => ({ query, read: readSnapshot });
  const rows = await statements.run('snapshots by number', build, { numbers: arrayLiteral(numbers.map(String)) });
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return numbers.map((number) => byNumber.get(number) ?? null);
}

/** Publication of the newest accepted list of participating agencies; null before the first. */
export async function newestPublication(statements: Statements): Promise<InstantText | null> {
  const query = sql`select max(${snapshots.publishedAt}) from ${snapshots}
    where ${snapshots.kind} = ${sql.placeholder('kind')}::snapshot_kind and ${snapshots.status} = 'ACCEPTED'`;
  const read = (cells: readonly unknown[]) => (typeof cells[0] === 'string' ? cells[0] : null);
  const [newest] = await statements.run('newest publication', () => ({ query, read }), { kind: 'PARTICIPATING' });
  return newest ?? null;
}

/** One row of one list, as printed. */
export interface PrintedRow {
  typename: string;
  snapshotNumber: number;
  publishedAt: InstantText;
  rowNumber: number;
  hidden: boolean;
  cells: PrintedCell[];
  corrections: CellCorrection[];
  /** Of one form of a row: the first list that prints it, and how many do; absent otherwise. */
  firstNumber?: number;
  lists?: number;
}

const printedColumns = {
  snapshotNumber: sql`${snapshotRows.snapshotNumber}`,
  publishedAt: sql`${snapshots.publishedAt}`,
  rowNumber: sql`${snapshotRows.rowNumber}`,
  hidden: sql`${snapshotRows.hidden}`,
  cells: sql`${sourceRows.cells}`,
  // That the row is in the wrong state, its own cells do not say.
  corrections: sql`case when ${sourceRows.movedFrom} is null then ${sourceRows.corrections}
    else ${sourceRows.corrections} || jsonb_build_array(jsonb_build_object('field', 'placeCode',
      'printed', coalesce(${sourceRows.statePrinted}, ''), 'clean', ${sourceRows.placeCode},
      'rule', 'STATE_CORRECTED')) end`,
};

export const printedRowSource: Source<Omit<PrintedRow, 'typename' | 'firstNumber' | 'lists'>> = {
  name: 'printed rows',
  typename: 'PrintedRow',
  from: sql`${snapshotRows} join ${sourceRows} on ${sourceRows.id} = ${snapshotRows.sourceRowId}
    join ${snapshots} on ${snapshots.number} = ${snapshotRows.snapshotNumber}`,
  columns: printedColumns,
  always: ['snapshotNumber', 'rowNumber'],
};

/** As the sheet has them. */
export const rowOrder: Order = {
  tag: 'rows',
  keys: [{ field: 'rowNumber', column: printedColumns.rowNumber, type: 'int' }],
  descending: false,
};

export const rowsOfSnapshot: ParentLink = {
  name: 'snapshot',
  type: 'int',
  on: sql`${snapshotRows.snapshotNumber} = parent.key`,
};

/** One thing that could not be taken as printed. */
export interface IssueRow {
  typename: string;
  ordinal: number;
  rowNumber: number | null;
  column: string | null;
  code: IssueCode;
  printed: string | null;
  reason: string;
}

const issueColumns = {
  ordinal: sql`${rowIssues.ordinal}`,
  rowNumber: sql`${rowIssues.rowNumber}`,
  column: sql`${rowIssues.column}`,
  code: sql`${rowIssues.code}`,
  printed: sql`${rowIssues.printed}`,
  reason: sql`${rowIssues.reason}`,
};

export const issueSource: Source<Omit<IssueRow, 'typename'>> = {
  name: 'issues',
  typename: 'RowIssue',
  from: sql`${rowIssues}`,
  columns: issueColumns,
  always: [],
};

export const issueOrder: Order = {
  tag: 'issues',
  keys: [{ field: 'ordinal', column: issueColumns.ordinal, type: 'int' }],
  descending: false,
};

export const issuesOfSnapshot: ParentLink = {
  name: 'snapshot',
  type: 'int',
  on: sql`${rowIssues.snapshotNumber} = parent.key`,
};
