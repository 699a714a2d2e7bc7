/**
 * Sets of rows in and out of the database in one statement each, alike on both drivers: they travel as JSON, which
 * PostgreSQL types itself. For the ledger's writes, which are set-based; queries use the builders.
 */
import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';

type Columns<T extends PgTable> = keyof T['$inferInsert'] & string;

/** What to do with a row whose key is there already: leave it, or take the new values of these columns. */
export type OnConflict<T extends PgTable> =
  | { do: 'nothing' }
  | { do: 'update'; key: readonly Columns<T>[]; set: readonly Columns<T>[] };

/** Rows of one statement: bounds its memory, not its speed. */
const CHUNK = 5_000;

/** Inserts records, thousands a statement. Columns that a record leaves out are null or take no part. */
export async function insertRecords<T extends PgTable>(
  tx: Database,
  table: T,
  records: readonly T['$inferInsert'][],
  conflict?: OnConflict<T>,
): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const columns = getTableColumns(table);
  // The keys of an insert are the names of the table's columns.
  const names = Object.keys(first) as Columns<T>[];
  const list = (keys: readonly Columns<T>[]): SQL =>
    sql.join(
      keys.map((key) => sql.identifier(columnOf(columns, key).name)),
      sql`, `,
    );
  const type = sql.identifier(getTableName(table));
  for (let start = 0; start < records.length; start += CHUNK) {
    const json = JSON.stringify(
      records
        .slice(start, start + CHUNK)
        .map((record) => Object.fromEntries(names.map((name) => [columnOf(columns, name).name, asJson(record, name)]))),
    );
    await tx.execute(sql`insert into ${table} (${list(names)})
      select ${list(names)} from jsonb_populate_recordset(null::${type}, ${json}::text::jsonb)
      ${onConflict(conflict, columns, list)}`);
  }
}

function onConflict<T extends PgTable>(
  conflict: OnConflict<T> | undefined,
  columns: Record<string, PgColumn>,
  list: (keys: readonly Columns<T>[]) => SQL,
): SQL {
  if (conflict === undefined) return sql``;
  if (conflict.do === 'nothing') return sql`on conflict do nothing`;
  const sets = conflict.set.map((key) => {
    const name = sql.identifier(columnOf(columns, key).name);
    return sql`${name} = excluded.${name}`;
  });
  return sql`on conflict (${list(conflict.key)}) do update set ${sql.join(sets, sql`, `)}`;
}

function columnOf(columns: Record<string, PgColumn>, key: string): PgColumn {
  const column = columns[key];
  if (!column) throw new Error(`no column ${key}`);
  return column;
}

function asJson(record: Record<string, unknown>, name: string): unknown {
  const value = record[name];
  return typeof value === 'bigint' ? value.toString() : value;
}

/** The rows of a statement as JSON makes them: instants are ISO texts in UTC, numbers are numbers. */
export async function selectRecords<T>(tx: Database, statement: SQL): Promise<T[]> {
  const result: unknown = await tx.execute(
    sql`select coalesce(json_agg(record), '[]')::text as json from (${statement}) as record`,
  );
  // postgres.js answers an array of rows, PGlite an object that holds one.
  const rows = (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as { json: string }[];
  return JSON.parse(rows[0]?.json ?? '[]') as T[];
}

/**
 * The rows of several queries by their names, each as {@link selectRecords} makes them, for one round trip. `common` is
 * a `with` that they share.
 */
export async function selectSeveral<T extends object>(
  tx: Database,
  queries: Readonly<Record<keyof T & string, SQL>>,
  common = sql``,
): Promise<T> {
  const parts = Object.entries<SQL>(queries).map(
    ([name, query]) => sql`(select coalesce(json_agg(part), '[]') from (${query}) part) as ${sql.identifier(name)}`,
  );
  const [answer] = await selectRecords<T>(tx, sql`${common} select ${sql.join(parts, sql`, `)}`);
  if (answer === undefined) throw new Error('a statement of one row answered none');
  return answer;
}

const casts = { text: sql``, uuid: sql`::uuid`, bigint: sql`::bigint` };

/** A list of values as a subquery of one column, `value`: one parameter, however many they are. */
export const valueList = (values: Iterable<unknown>, type: keyof typeof casts = 'text'): SQL =>
  sql`(select value${casts[type]} from jsonb_array_elements_text(${JSON.stringify([...values])}::text::jsonb) as given(value))`;

/** An instant as {@link selectRecords} answers it, in the ledger's own form. */
export const isoInstant = (text: string): string => new Date(text).toISOString();
