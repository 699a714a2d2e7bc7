/** The SQL of a page and of its count, for the root or for many parents in one statement. */
import { type SQL, sql } from 'drizzle-orm';
import { type PagePlan, type Segment, segmentConditions, segmentOrder } from './keyset.ts';
import { allOf, type Companion, type ListRequest, type ParentLink, rowReader, type Wanted } from './source.ts';
import type { StatementDraft } from './statement.ts';

/** A row with its parent's place among the parents, from 1; 0 where there are no parents. */
export interface Placed<Row> {
  place: number;
  row: Row;
}

export interface ColumnsToRead {
  fields: readonly string[];
  /** Columns of the companion. */
  brought: readonly string[];
  /** Names the source, the order and the columns. */
  shape: string;
}

/** The same `wanted` comes again with each run of a planned query. */
const columnsByWanted = new WeakMap<Wanted, Map<string, ColumnsToRead>>();

export function columnsToRead<Row extends object>(request: ListRequest<Row>): ColumnsToRead {
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

/** A page of the whole source. */
export function draftPage<Row extends object>(
  request: ListRequest<Row>,
  plan: PagePlan,
  { fields, brought }: ColumnsToRead,
): StatementDraft<Row> {
  const page = selectPage(request, plan, null, fields);
  const { columns, join, read } = rowsOfPage(request, fields, brought);
  if (brought.length === 0) return { query: page, read };
  // A join may change the order that the page came in, so it is said again; a page is short.
  const query = sql`select ${columns} from (${page}) page${join} order by ${pageOrder(request, plan, fields, 'page')}`;
  return { query, read };
}

/** A page for each of many parents. */
export function draftPages<Row extends object>(
  request: ListRequest<Row>,
  plan: PagePlan,
  link: ParentLink,
  { fields, brought }: ColumnsToRead,
): StatementDraft<Placed<Row>> {
  const { columns, join, read } = rowsOfPage(request, fields, brought);
  const query = sql`select ${columns}, parent.place::int
    from unnest(${sql.placeholder('parents')}::${sql.raw(link.type)}[]) with ordinality as parent(key, place)
    cross join lateral (${selectPage(request, plan, link, fields)}) page${join}
    order by parent.place, ${pageOrder(request, plan, fields, 'page')}`;
  const place = fields.length + brought.length;
  return { query, read: (cells) => ({ place: Number(cells[place]), row: read(cells) }) };
}

interface RowsOfPage<Row> {
  columns: SQL;
  join: SQL;
  read: (cells: readonly unknown[]) => Row;
}

/** The columns of `page`, with those of the companion where some are wanted. */
function rowsOfPage<Row extends object>(
  { source: { companion, typename } }: ListRequest<Row>,
  fields: readonly string[],
  brought: readonly string[],
): RowsOfPage<Row> {
  const own = fields.map((_, index) => sql.raw(`page.c${index}`));
  const read = rowReader<Row>(typename, fields);
  if (companion === undefined || brought.length === 0) return { columns: sql.join(own, sql`, `), join: sql``, read };
  const columns = brought.map((name) => companion.columns[name] ?? sql`null`);
  const key = own[fields.indexOf(companion.key)];
  return {
    columns: sql.join([...own, ...columns], sql`, `),
    join: sql` left join ${companion.table} companion on companion.id = ${key} and ${companion.visible}`,
    read: companionReader(read, fields.length, companion, brought),
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

export function draftCount<Row extends object>(
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
