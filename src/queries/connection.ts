/**
 * Pages of rows, for the root or for many parents at once in one statement, and their counts in another that runs
 * only when asked for. What the rows are, a `Source` says; what part of them, a filter and a window.
 */
import { type SQL, sql } from 'drizzle-orm';
import {
  type FieldsOf,
  type Order,
  type PagePlan,
  planPage,
  type Segment,
  segmentConditions,
  segmentOrder,
} from './keyset.ts';
import { arrayLiteral, type StatementDraft, type Statements } from './statement.ts';
import { type PageArgs, readWindow, type Window } from './window.ts';

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
}

export interface Page<Row extends object> {
  rows: readonly Row[];
  order: Order;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Counts the rows of all pages, for all parents that were read together. */
  counter: Counter;
  /** Whose page it is, for the counter. */
  parent: string;
}

/** Counts by parent, read when first asked for. */
export type Counter = () => Promise<ReadonlyMap<string, number>>;

/** Number of rows on all pages of the connection that this page belongs to. */
export async function countOf(page: Page<object>): Promise<number> {
  return (await page.counter()).get(page.parent) ?? 0;
}

/** The same for pages that may have been read together: each of their counters is asked once. */
export async function countAll(pages: readonly Page<object>[]): Promise<number[]> {
  const counts = new Map<Counter, ReadonlyMap<string, number>>();
  await Promise.all(
    [...new Set(pages.map((page) => page.counter))].map(async (each) => counts.set(each, await each())),
  );
  return pages.map((page) => counts.get(page.counter)?.get(page.parent) ?? 0);
}

/** One page of the whole source. */
export async function readPage<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
): Promise<Page<Row>> {
  const window = readWindow(request.args);
  const plan = planPage(request.order, window);
  const rows = hasRows(request, window, plan) ? await readRows(statements, request, plan, null) : [];
  return toPage(request.order, window, plan, rows, counterOf(statements, request, null), '');
}

/** A page for each parent, in the order of `parents`, in one statement. */
export async function readPages<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  link: ParentLink,
  parents: readonly string[],
): Promise<Page<Row>[]> {
  const window = readWindow(request.args);
  const plan = planPage(request.order, window, link.fewRows);
  const keys = [...new Set(parents)];
  const parented = { link, keys };
  const rows = hasRows(request, window, plan) ? await readRows(statements, request, plan, parented) : [];
  const byParent = new Map<unknown, (Row & Parented)[]>(keys.map((key) => [key, []]));
  for (const row of rows) byParent.get(row.parentKey)?.push(row);
  const counter = counterOf(statements, request, parented);
  const pages = new Map<string, Page<Row>>();
  for (const key of keys) {
    pages.set(key, toPage(request.order, window, plan, byParent.get(key) ?? [], counter, key));
  }
  return parents.map((key) => {
    const page = pages.get(key);
    if (page === undefined) throw new Error('A parent without a page.');
    return page;
  });
}

interface Parented {
  parentKey?: string;
}

interface Parents {
  link: ParentLink;
  keys: readonly string[];
}

/** Nothing lies after a row without the key and before one with it: then the plan has no segment. */
function hasRows(request: { wanted: Wanted }, window: Window, plan: PagePlan): boolean {
  return request.wanted.rows && window.size > 0 && plan.segments.length > 0;
}

function toPage<Row extends object>(
  order: Order,
  window: Window,
  plan: PagePlan,
  read: readonly Row[],
  counter: Counter,
  parent: string,
): Page<Row> {
  const more = read.length > window.size;
  const rows = more ? read.slice(0, window.size) : read;
  return {
    rows: plan.reversed ? rows.toReversed() : rows,
    order,
    hasNextPage: window.backward ? window.before !== null : more,
    hasPreviousPage: window.backward ? more : window.after !== null,
    counter,
    parent,
  };
}

function counterOf<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  parents: Parents | null,
): Counter {
  let counts: Promise<Map<string, number>> | undefined;
  return () => {
    counts ??= countRows(statements, request, parents);
    return counts;
  };
}

function readRows<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  plan: PagePlan,
  parents: Parents | null,
): Promise<(Row & Parented)[]> {
  const columns = columnsToRead(request);
  const conditions = request.conditions.map((each) => each.shape).join();
  const shape = `${parents?.link.name ?? ''}|${plan.shape}|${conditions}|${columns.shape}`;
  return statements.run(shape, () => draftPage(request, plan, parents?.link ?? null, columns.fields, columns.brought), {
    ...plan.values,
    ...valuesOf(request.conditions),
    ...(parents === null ? {} : { parents: arrayLiteral(parents.keys) }),
  });
}

interface ColumnsToRead {
  fields: readonly string[];
  /** Columns of the companion. */
  brought: readonly string[];
  /** Names the source, the order and the columns. */
  shape: string;
}

/** The same `wanted` comes again with each run of a planned query. */
const columnsByWanted = new WeakMap<Wanted, Map<string, ColumnsToRead>>();

function columnsToRead<Row extends object>(request: ListRequest<Row>): ColumnsToRead {
  const { source, order, wanted } = request;
  const key = `${source.name} ${order.tag}`;
  let known = columnsByWanted.get(wanted);
  if (known === undefined) {
    known = new Map();
    columnsByWanted.set(wanted, known);
  }
  let columns = known.get(key);
  if (columns === undefined) {
    const fields = fieldsToRead(request);
    const brought = companionFields(request);
    columns = { fields, brought, shape: `${key}|${fields.join()}|${brought.join()}` };
    known.set(key, columns);
  }
  return columns;
}

function fieldsToRead<Row extends object>(request: ListRequest<Row>): string[] {
  const { source, order, wanted } = request;
  const needed = new Set<string>([...source.always, ...order.keys.map((key) => key.field)]);
  return Object.keys(source.columns).filter(
    (name) => wanted.fields === null || wanted.fields.has(name) || needed.has(name),
  );
}

function companionFields<Row extends object>({ source: { companion }, wanted }: ListRequest<Row>): string[] {
  if (companion === undefined || wanted.fields?.has(companion.field) !== true) return [];
  return Object.keys(companion.columns).filter(
    (name) => name === 'id' || wanted.fields?.has(`${companion.field}.${name}`),
  );
}

export function valuesOf(conditions: readonly Condition[]): Record<string, unknown> {
  return Object.assign({}, ...conditions.map((each) => each.values));
}

function draftPage<Row extends object>(
  request: ListRequest<Row>,
  plan: PagePlan,
  link: ParentLink | null,
  fields: readonly string[],
  brought: readonly string[],
): StatementDraft<Row & Parented> {
  const page = selectPage(request, plan, link, fields);
  const { companion, typename } = request.source;
  if (link === null && brought.length === 0) return { query: page, read: rowReader(typename, fields) };
  const names = fields.map((_, index) => sql.raw(`page.c${index}`));
  const own: readonly string[] = link === null ? fields : ['parentKey', ...fields];
  const parent = link === null ? [] : [sql`parent.key::text`];
  // A join may change the order that the page came in, so it is said again; a page is short.
  const order = sql.join(
    [...(link === null ? [] : [sql`parent.place`]), pageOrder(request, plan, fields, 'page')],
    sql`, `,
  );
  const from = link === null ? sql`(${page}) page` : lateral(link, page);
  if (companion === undefined || brought.length === 0) {
    const query = sql`select ${sql.join([...parent, ...names], sql`, `)} from ${from} order by ${order}`;
    return { query, read: rowReader(typename, own) };
  }
  const columns = brought.map((name) => companion.columns[name] ?? sql`null`);
  const key = sql.raw(`page.c${fields.indexOf(companion.key)}`);
  const query = sql`select ${sql.join([...parent, ...names, ...columns], sql`, `)} from ${from}
    left join ${companion.table} companion on companion.id = ${key} and ${companion.visible} order by ${order}`;
  return { query, read: companionReader(rowReader(typename, own), own.length, companion, brought) };
}

function lateral(link: ParentLink, page: SQL): SQL {
  return sql`unnest(${sql.placeholder('parents')}::${sql.raw(link.type)}[]) with ordinality as parent(key, place)
    cross join lateral (${page}) page`;
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

/** A reader of rows whose cells go on with those of the companion; without an id there is none. */
function companionReader<Row extends object>(
  readRow: (cells: readonly unknown[]) => Row,
  start: number,
  { field, typename }: Companion,
  brought: readonly string[],
): (cells: readonly unknown[]) => Row {
  const id = start + brought.indexOf('id');
  return (cells) => {
    const row = readRow(cells);
    if (cells[id] === null) return row;
    const companion: Record<string, unknown> = { typename };
    for (let index = 0; index < brought.length; index += 1) companion[brought[index] ?? ''] = cells[start + index];
    return Object.assign(row, { [field]: companion });
  };
}

function selectPage<Row extends object>(
  request: ListRequest<Row>,
  plan: PagePlan,
  link: ParentLink | null,
  fields: readonly string[],
): SQL {
  const [only, ...others] = plan.segments.map((segment) => selectSegment(request, plan, segment, link, fields));
  if (only === undefined) throw new Error('A page without a segment.');
  if (others.length === 0) return only;
  const branches = sql.join(
    [only, ...others].map((each) => sql`(${each})`),
    sql` union all `,
  );
  return sql`select * from (${branches}) u order by ${pageOrder(request, plan, fields, 'u')} limit ${sql.placeholder('limit')}::int`;
}

/** The order of a page by the names of its columns. Nulls stand last, or first in a page that is read backward. */
function pageOrder<Row extends object>(
  { order }: ListRequest<Row>,
  plan: PagePlan,
  fields: readonly string[],
  alias: string,
): SQL {
  const direction = order.descending !== plan.reversed ? ' desc' : '';
  const nulls = plan.reversed ? ' nulls first' : ' nulls last';
  return sql.raw(
    order.keys
      .map(
        (key) =>
          `${alias}.c${fields.indexOf(key.field)}${collation(key.type)}${direction}${key.nullable === true ? nulls : ''}`,
      )
      .join(', '),
  );
}

/** Names are compared by code point everywhere, so that every database gives one order. */
function collation(type: string): string {
  return type === 'text' ? ' collate "C"' : '';
}

function selectSegment<Row extends object>(
  request: ListRequest<Row>,
  plan: PagePlan,
  segment: Segment,
  link: ParentLink | null,
  fields: readonly string[],
): SQL {
  const { source, order } = request;
  const columns: Readonly<Record<string, SQL>> = source.columns;
  const names = sql.join(
    fields.map((field, index) => sql`${columns[field]} as ${sql.raw(`c${index}`)}`),
    sql`, `,
  );
  const where = allOf([...baseConditions(request, link), ...segmentConditions(order, segment)]);
  return sql`select ${names} from ${source.from} where ${where} order by ${segmentOrder(order, segment, plan.reversed)} limit ${sql.placeholder('limit')}::int`;
}

function baseConditions<Row extends object>(request: ListRequest<Row>, link: ParentLink | null): SQL[] {
  const { source, conditions } = request;
  return [
    ...(link === null ? [] : [link.on]),
    ...(source.visible === undefined ? [] : [source.visible]),
    ...conditions.map((each) => each.sql()),
  ];
}

export function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}

async function countRows<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  parents: Parents | null,
): Promise<Map<string, number>> {
  const shape = [
    'count',
    request.source.name,
    parents?.link.name ?? '',
    ...request.conditions.map((each) => each.shape),
  ];
  const rows = await statements.run(shape.join('|'), () => draftCount(request, parents?.link ?? null), {
    ...valuesOf(request.conditions),
    parents: arrayLiteral(parents?.keys ?? ['']),
  });
  return new Map(rows);
}

function draftCount<Row extends object>(
  request: ListRequest<Row>,
  link: ParentLink | null,
): StatementDraft<[string, number]> {
  const { source } = request;
  const read = (cells: readonly unknown[]): [string, number] => [String(cells[0]), Number(cells[1])];
  const keys = sql`unnest(${sql.placeholder('parents')}::${sql.raw(link?.type ?? 'text')}[]) as parent(key)`;
  if (link?.groupBy === undefined) {
    const where = allOf(baseConditions(request, link));
    const query = sql`select parent.key::text, counted.n from ${keys} cross join lateral (select count(*)::int as n from ${source.from} where ${where}) counted`;
    return { query, read };
  }
  const inKeys = sql`${link.groupBy} = any(${sql.placeholder('parents')}::${sql.raw(link.type)}[])`;
  const where = allOf([inKeys, ...baseConditions(request, null)]);
  return {
    query: sql`select ${link.groupBy}::text, count(*)::int from ${source.from} where ${where} group by 1`,
    read,
  };
}

/** The row as its sort keys see it. */
export function fieldsOf(row: object): FieldsOf {
  // A row is a plain object; its fields are read by name only.
  return row as FieldsOf;
}
