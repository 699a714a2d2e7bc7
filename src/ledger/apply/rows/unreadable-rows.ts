/** Stored rows whose state, agency or model cannot be read, and what lists with such rows do not print. */
import { type SQL, sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../../schema/enums.ts';
import { agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../../schema/tables/agreements.ts';
import { snapshotRows, snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Database } from '../../../database/database.ts';
import { selectRecords } from '../../../database/records.ts';
import type { UnreadableRow } from '../../derive/place-state.ts';

/** Of `source_rows row`. */
const isUnreadable = sql`(row.place_code is null or row.name_key is null or row.model is null)`;

const columns = sql`row.place_code as "placeCode", row.name_key as "nameKey", row.model, row.signed_on as "signedOn",
  row.memorandum_url as "memorandumUrl"`;

/** Those of one list, of whatever place. */
export const unreadableRows = (tx: Database, number: number): Promise<UnreadableRow[]> =>
  selectRecords(
    tx,
    sql`select ${columns} from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = ${number}::int and ${isUnreadable} order by printed.row_number`,
  );

/** One as printed, each once. */
export interface PrintedUnread extends UnreadableRow {
  /** Of the list. */
  number: number;
  rowNumber: number;
  hash: string;
  statePrinted: string | null;
  agencyPrinted: string | null;
  modelPrinted: string | null;
}

/** Those of some lists as printed; equal rows of one are one. */
export const printedUnread = (tx: Database, numbers: readonly number[]): Promise<PrintedUnread[]> =>
  selectRecords(
    tx,
    sql`select distinct on (row.id, printed.snapshot_number) ${columns}, row.hash, printed.row_number as "rowNumber",
      row.state_printed as "statePrinted", row.agency_printed as "agencyPrinted", row.model_printed as "modelPrinted",
      printed.snapshot_number as number
      from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = any(${`{${numbers.join()}}`}::int[]) and ${isUnreadable}
      order by row.id, printed.snapshot_number, printed.row_number`,
  );

/** Those that may be of this place. */
export const unreadableIn = (placeCode: string, rows: readonly UnreadableRow[]): UnreadableRow[] =>
  rows.filter((row) => row.placeCode === null || row.placeCode === placeCode);

/** By the number of the list; none of lists of which all can be read. */
export type UnreadableHistory = ReadonlyMap<number, readonly UnreadableRow[]>;

/** Those of every accepted list. */
export async function unreadableHistory(tx: Database): Promise<UnreadableHistory> {
  const rows = await selectRecords<UnreadableRow & { number: number }>(
    tx,
    sql`select printed.snapshot_number as number, ${columns} from ${sourceRows} row
      join ${snapshotRows} printed on printed.source_row_id = row.id
      join ${snapshots} list on list.number = printed.snapshot_number and list.status = 'ACCEPTED'
      where ${isUnreadable}
      order by printed.snapshot_number, printed.row_number`,
  );
  const byList = new Map<number, UnreadableRow[]>();
  for (const { number, ...row } of rows) {
    const own = byList.get(number);
    if (own === undefined) byList.set(number, [row]);
    else own.push(row);
  }
  return byList;
}

/** Whether a list has any, as a condition. */
export const hasUnreadable = (number: number): SQL =>
  sql`select exists (select 1 from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
    where printed.snapshot_number = ${number}::int and ${isUnreadable})`;

/** Agreements that stand as listed although the list does not print them: rows that cannot be read may be they. */
export const notPrinted = (kind: SnapshotKind, number: number): SQL =>
  sql`select agreement.* from ${agreements} agreement
    join ${listings} stretch on stretch.agreement_id = agreement.id and stretch.kind = ${kind}::snapshot_kind
      and stretch.unlisted_at is null
    where agreement.derived and agreement.merged_into is null and not exists (
      select 1 from ${agencyNames} name
      join ${sourceRows} row on row.place_code = name.place_code and row.name_key = name.name_key
      join ${snapshotRows} printed on printed.source_row_id = row.id and printed.snapshot_number = ${number}::int
      where name.agency_id = agreement.agency_id and row.model = agreement.model)`;
