/**
 * Pages of rows, for the root or for many parents at once in one statement, and their counts in another that runs
 * only when asked for. What the rows are, a `Source` says; what part of them, a filter and a window.
 */
import { type Order, type PagePlan, planPage } from './keyset.ts';
import { columnsToRead, draftCount, draftPage, draftPages, type Placed } from './page-statement.ts';
import { type ListRequest, type ParentLink, type Rollup, valuesOf, type Wanted } from './source.ts';
import { arrayLiteral, type Statements } from './statement.ts';
import { readWindow, type Window } from './window.ts';

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
  const rows = hasRows(request, plan) ? await readRows(statements, request, plan) : [];
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
  const rowsByKey: Row[][] = keys.map(() => []);
  if (hasRows(request, plan)) {
    for (const { place, row } of await readPlacedRows(statements, request, plan, parented))
      rowsByKey[place - 1]?.push(row);
  }
  const counter = counterOf(statements, request, parented);
  const pages = keys.map((key, index) => toPage(request.order, window, plan, rowsByKey[index] ?? [], counter, key));
  // Nearly always each parent stands once.
  if (keys.length === parents.length) return pages;
  const byKey = new Map(pages.map((page) => [page.parent, page]));
  return parents.map((key) => {
    const page = byKey.get(key);
    if (page === undefined) throw new Error('A parent without a page.');
    return page;
  });
}

interface Parents {
  link: ParentLink;
  keys: readonly string[];
}

/** Nothing lies after a row without the key and before one with it: then the plan has no segment. */
function hasRows(request: { wanted: Wanted }, plan: PagePlan): boolean {
  return request.wanted.rows && plan.segments.length > 0;
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
): Promise<Row[]> {
  const build = () => draftPage(request, plan, columnsToRead(request));
  const values = { ...plan.values, ...valuesOf(request.conditions) };
  return statements.run(shapeOf(request, plan, ''), build, values);
}

function readPlacedRows<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  plan: PagePlan,
  { link, keys }: Parents,
): Promise<Placed<Row>[]> {
  const build = () => draftPages(request, plan, link, columnsToRead(request));
  const values = { ...plan.values, ...valuesOf(request.conditions), parents: arrayLiteral(keys) };
  return statements.run(shapeOf(request, plan, link.name), build, values);
}

function shapeOf<Row extends object>(request: ListRequest<Row>, plan: PagePlan, parent: string): string {
  const conditions = request.conditions.map((each) => each.shape).join();
  return `${parent}|${plan.shape}|${conditions}|${columnsToRead(request).shape}`;
}

async function countRows<Row extends object>(
  statements: Statements,
  request: ListRequest<Row>,
  parents: Parents | null,
): Promise<Map<string, number>> {
  const { kept } = request;
  if (kept && (parents === null || parents.link.name === 'place')) return readKept(statements, kept, parents);
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

async function readKept(statements: Statements, kept: Rollup, parents: Parents | null): Promise<Map<string, number>> {
  const byPlace = parents !== null;
  const read = (cells: readonly unknown[]): [string, number] => [String(cells[0]), Number(cells[1])];
  const build = () => ({ query: kept.draft(byPlace), read });
  const values = { ...kept.values, ...(byPlace ? { parents: arrayLiteral(parents.keys) } : {}) };
  return new Map(await statements.run(`kept|${byPlace}|${kept.shape}`, build, values));
}
