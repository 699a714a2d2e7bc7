/** What a connection reads: sources of rows, what hangs on what, conditions, and what of it is wanted. */
import { type SQL, sql } from 'drizzle-orm';
import type { FieldsOf, Order } from './keyset.ts';
import type { PageArgs } from './window.ts';

/** One condition of a filter, compiled: its `shape` names it, its placeholders are prefixed by it. */
export interface Condition {
  shape: string;
  /** Built only for a statement of a new shape. */
  sql: () => SQL;
  values: Record<string, unknown>;
}

/** How rows hang on their parents. */
export interface ParentLink {
  name: string;
  /** Type of the parents' keys. */
  type: 'uuid' | 'text' | 'int';
  /** The condition that ties a row to `parent.key`. */
  on: SQL;
  /** True when no parent has many rows. */
  fewRows?: boolean;
  /** The column to group counts by; absent: counted through the same lateral join as the rows. */
  groupBy?: SQL;
}

/** A count that ingest keeps in step. */
export interface Rollup {
  shape: string;
  /** Of all places together, or of each that is asked for. */
  draft: (byPlace: boolean) => SQL;
  values: Record<string, unknown>;
}

export interface Source<Row extends object> {
  name: string;
  /** Given to every row as its `typename`, so that a node knows what it is. */
  typename: string;
  from: SQL;
  /** Every field of a row; only those asked for, the sort keys and `always` are read. */
  columns: { readonly [Field in keyof Row & string]: SQL };
  always: readonly (keyof Row & string)[];
  /** Rows outside it do not exist for the API. */
  visible?: SQL;
  /** A single object that each row can bring along, so that reading it takes no statement of its own. */
  companion?: Companion;
}

/** The same rows with more columns, for an order that computes them; the one source where there are none. */
export function withColumns<Row extends object>(
  source: Source<Row>,
  more: Readonly<Record<string, SQL>> | undefined,
): Source<Row> {
  if (more === undefined) return source;
  const columns: Source<Row>['columns'] = { ...source.columns, ...more };
  return { ...source, name: `${source.name} with ${Object.keys(more).join()}`, columns };
}

/** What a row brings along as `field`: selected columns are named `field.column` in `Wanted`. */
export interface Companion {
  field: string;
  typename: string;
  /** The row's field that holds the companion's id. */
  key: string;
  table: SQL;
  /** Columns of `table` under the alias `companion`; `id` is always read. */
  columns: Readonly<Record<string, SQL>>;
  /** Rows outside it are not brought along. */
  visible: SQL;
}

/** What of a page is asked for: without rows only the count can be read; `fields` null means every field. */
export interface Wanted {
  rows: boolean;
  fields: ReadonlySet<string> | null;
}

export interface ListRequest<Row extends object> {
  source: Source<Row>;
  order: Order;
  conditions: readonly Condition[];
  args: PageArgs;
  wanted: Wanted;
  /** Answers the count of the whole, or by place, where ingest keeps it. */
  kept?: Rollup | null;
}

/** Makes a reader of rows whose cells come in the order of `fields`. */
export function rowReader<Row>(typename: string, fields: readonly string[]): (cells: readonly unknown[]) => Row {
  return (cells) => {
    const row: Record<string, unknown> = { typename };
    for (let index = 0; index < fields.length; index += 1) row[fields[index] ?? ''] = cells[index];
    // The statement selects exactly these fields of the row.
    return row as Row;
  };
}

export function valuesOf(conditions: readonly Condition[]): Record<string, unknown> {
  return Object.assign({}, ...conditions.map((each) => each.values));
}

export function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}

/** The row as its sort keys see it. */
export function fieldsOf(row: object): FieldsOf {
  // A row is a plain object; its fields are read by name only.
  return row as FieldsOf;
}
