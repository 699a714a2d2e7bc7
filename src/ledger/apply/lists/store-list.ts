/** A list's way into the database: the file's facts, every row as printed, every issue. Judging it comes after. */
import { and, asc, eq, isNotNull, or, sql } from 'drizzle-orm';
import type { Origin, PublishedAtBasis } from '../../../../schema/enums.ts';
import { type Fetched, rowIssues, snapshotRows, snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../../database/database.ts';
import { insertRecords, selectRecords, valueList } from '../../../database/records.ts';
import type { List, ListRow, ReadResult } from '../../../intake/table/list.ts';
import { canonicalName } from '../../derive/names/canonical-name.ts';
import { rejectedId, snapshotId } from '../../derive/settle/ids.ts';

/** A list whose rows may come in a stream, so that its size does not bound what can be ingested. */
export type ArrivedList = Omit<List, 'rows'> & { rows: Iterable<ListRow> | AsyncIterable<ListRow> };

/** A file that arrived: its facts, and what reading it yielded. */
export interface Arrival {
  fileName: string;
  origin: Origin;
  /** Where it was fetched; left out, it was not. */
  fetched?: Fetched;
  result: { sha256: string } & ({ ok: true; list: ArrivedList } | Extract<ReadResult, { ok: false }>);
  /** The stamp of the operators' spellings that it was read by; left out, nobody asks. */
  readWith?: string;
  /** Keeps the file as it came, in the transaction of its list; left out, nobody does. */
  keep?: (tx: Transaction) => Promise<void>;
}

export interface StoredList {
  number: number;
  id: string;
  rowCount: number;
  hiddenRowCount: number;
}

const BATCH = 5_000;

/**
 * The list with this table at this publication, or that had it before an operator gave it another time; the first list
 * of these bytes where nothing outside them gives a time, or the first refusal of these bytes; null for a new one.
 */
export async function findDuplicate(tx: Database, { result }: Arrival): Promise<typeof snapshots.$inferSelect | null> {
  const publishedAt = new Date(result.ok ? result.list.publishedAt : result.publishedAt);
  const same = result.ok
    ? and(eq(snapshots.kind, result.list.kind), eq(snapshots.tableHash, result.list.tableHash))
    : and(eq(snapshots.sha256, result.sha256), eq(snapshots.status, 'REJECTED'));
  const [found] = await tx
    .select()
    .from(snapshots)
    .where(and(or(eq(snapshots.publishedAt, publishedAt), eq(snapshots.postedAt, publishedAt)), same))
    .orderBy(asc(snapshots.number))
    .limit(1);
  if (found !== undefined || !result.ok || isPosting(result.list.publishedAtBasis)) return found ?? null;
  // A copy under another name is no second posting: it once confirmed three departures.
  const [known] = await tx
    .select()
    .from(snapshots)
    .where(and(eq(snapshots.sha256, result.sha256), isNotNull(snapshots.kind)))
    .orderBy(asc(snapshots.number))
    .limit(1);
  return known ?? null;
}

/** Whether somebody who knows of the posting gave its time: the file alone gives the same whenever it comes. */
const isPosting = (basis: PublishedAtBasis): boolean =>
  basis === 'GIVEN' || basis === 'LAST_MODIFIED' || basis === 'FILE_NAME';

/** Stores the verdict on a file that could not be read. */
export async function storeRejected(
  tx: Database,
  { fileName, origin, fetched, result }: Arrival & { result: { ok: false } },
  now: string,
): Promise<StoredList> {
  const { publishedAt, publishedAtBasis, rejection, sha256 } = result;
  const id = rejectedId(publishedAt, sha256);
  const number = await insertSnapshot(tx, {
    ...{ id, kind: null, status: 'REJECTED', publishedAtBasis, fileName, sha256, origin, rejection },
    fetched: fetched ?? null,
    ...{ publishedAt: new Date(publishedAt), ingestedAt: new Date(now), modifiedAt: null, tableHash: null },
    ...{ worksheet: null, columns: [], rowCount: 0, hiddenRowCount: 0, issueCount: 0, holdReasons: [] },
    backfill: true,
  });
  return { number, id, rowCount: 0, hiddenRowCount: 0 };
}

/** Stores a list as accepted, with its rows and issues; the guard's verdict is written over it afterwards. */
export async function storeList(
  tx: Database,
  { fileName, origin, fetched, result }: Arrival & { result: { ok: true } },
  now: string,
): Promise<StoredList> {
  const { list, sha256 } = result;
  const { kind, publishedAt, publishedAtBasis, modifiedAt, tableHash, worksheet, columns, issues } = list;
  const id = snapshotId(kind, publishedAt, tableHash);
  const number = await insertSnapshot(tx, {
    ...{ id, kind, status: 'ACCEPTED', publishedAtBasis, fileName, sha256, origin, tableHash, worksheet },
    fetched: fetched ?? null,
    ...{ publishedAt: new Date(publishedAt), modifiedAt: modifiedAt === null ? null : new Date(modifiedAt) },
    ...{ ingestedAt: new Date(now), columns: [...columns], rowCount: 0, hiddenRowCount: 0, rejection: null },
    ...{ issueCount: issues.length, holdReasons: [], backfill: true },
  });
  const counts = await storeRows(tx, number, list.rows);
  const numbered = issues.map((issue, index) => ({ ...issue, snapshotNumber: number, ordinal: index + 1 }));
  await insertRecords(tx, rowIssues, numbered);
  await tx.update(snapshots).set(counts).where(eq(snapshots.number, number));
  return { number, id, ...counts };
}

async function insertSnapshot(tx: Database, values: typeof snapshots.$inferInsert): Promise<number> {
  const [row] = await tx.insert(snapshots).values(values).returning({ number: snapshots.number });
  if (!row) throw new Error('the list was not stored');
  return row.number;
}

async function storeRows(
  tx: Database,
  number: number,
  rows: ArrivedList['rows'],
): Promise<{ rowCount: number; hiddenRowCount: number }> {
  let rowCount = 0;
  let hiddenRowCount = 0;
  let batch: ListRow[] = [];
  for await (const row of rows) {
    rowCount += 1;
    if (row.hidden) hiddenRowCount += 1;
    batch.push(row);
    if (batch.length === BATCH) {
      await storeBatch(tx, number, batch);
      batch = [];
    }
  }
  await storeBatch(tx, number, batch);
  return { rowCount, hiddenRowCount };
}

/** Rows already known are matched by hash in one statement; only new ones travel whole. */
async function storeBatch(tx: Database, snapshotNumber: number, batch: readonly ListRow[]): Promise<void> {
  if (batch.length === 0) return;
  const hashes = batch.map(({ hash }) => hash);
  const unknown = await selectRecords<{ hash: string }>(
    tx,
    sql`select distinct value as hash from ${valueList(hashes)} input
      where not exists (select 1 from ${sourceRows} known where known.hash = input.value)`,
  );
  const missing = new Set(unknown.map(({ hash }) => hash));
  const fresh = new Map(batch.filter(({ hash }) => missing.has(hash)).map((row) => [row.hash, row]));
  await insertRecords(tx, sourceRows, [...fresh.values()].map(toSourceRow), { do: 'nothing' });
  const places = JSON.stringify(batch.map(({ hash, rowNumber, hidden }) => ({ hash, row_number: rowNumber, hidden })));
  await tx.execute(sql`insert into ${snapshotRows} (snapshot_number, row_number, source_row_id, hidden)
    select ${snapshotNumber}::int, input.row_number, known.id, input.hidden
    from jsonb_to_recordset(${places}::text::jsonb) as input(hash text, row_number int, hidden boolean)
    join ${sourceRows} known on known.hash = input.hash`);
}

/** What is stored of a row: its cells, and what today's rules make of them. */
export function toSourceRow(
  row: Pick<ListRow, 'hash' | 'cells' | 'corrections' | 'clean'>,
): typeof sourceRows.$inferInsert {
  const { hash, cells, corrections, clean } = row;
  const nameKey = clean.agencyName === null ? null : canonicalName(clean.agencyName);
  return {
    ...{ hash, cells: [...cells], corrections: [...corrections], ...clean, movedFrom: null },
    nameKey: nameKey === '' ? null : nameKey,
  };
}
