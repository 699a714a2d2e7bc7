/**
 * Keyset order: the cursor of a row holds its sort keys, and a page continues by comparing with them, so that a deep
 * page costs what the first one does and rows inserted meanwhile neither repeat nor hide others. Every order ends in
 * a unique key. Only the first key may be null; nulls stand last in both directions.
 */
import { type SQL, sql } from 'drizzle-orm';
import { toIsoInstant } from '../counts/instant.ts';
import { QueryRefusal } from '../refusal.ts';
import type { Window } from './window.ts';

export interface SortKey {
  /** The row's field that holds the key. */
  field: string;
  column: SQL;
  /** How a cursor's text is given to PostgreSQL. */
  type: 'date' | 'timestamptz' | 'uuid' | 'text' | 'int' | 'bigint';
  nullable?: boolean;
}

export interface Order {
  /** Names the connection and the order; a cursor of another one is refused. */
  tag: string;
  keys: readonly SortKey[];
  descending: boolean;
}

/** The position of one row: its keys as text. */
export type KeysetCursor = readonly (string | null)[];

/** A row as the readers make it: fields by name. */
export type FieldsOf = Readonly<Record<string, unknown>>;

export function encodeKeysetCursor(order: Order, row: FieldsOf): string {
  const keys = order.keys.map((key) => keyText(key, row[key.field]));
  return Buffer.from(JSON.stringify([order.tag, ...keys])).toString('base64url');
}

/** Instants are said in UTC, so that a cursor means the same in every session. */
function keyText(key: SortKey, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return key.type === 'timestamptz' ? toIsoInstant(String(value)) : String(value);
}

/** Throws BAD_CURSOR unless the text is exactly what `encodeKeysetCursor` gives for some row in this order. */
export function decodeKeysetCursor(order: Order, text: string): KeysetCursor {
  const parts = parseCursor(text);
  const keys = parts.slice(1);
  if (parts[0] !== order.tag || keys.length !== order.keys.length) throw badCursor();
  return keys.map((value, index) => {
    const key = order.keys[index];
    if (value === null && key?.nullable === true) return null;
    if (key === undefined || typeof value !== 'string' || !isKeyText(key.type, value)) throw badCursor();
    return value;
  });
}

function parseCursor(text: string): unknown[] {
  const bytes = Buffer.from(text.slice(0, LONGEST_CURSOR), 'base64url');
  if (bytes.toString('base64url') !== text) throw badCursor();
  try {
    const parts: unknown = JSON.parse(bytes.toString('utf8'));
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not JSON: refused below like everything else that is not ours.
  }
  throw badCursor();
}

/** Longer than the cursor of the longest agency name. */
const LONGEST_CURSOR = 4096;

const keyForms: Record<Exclude<SortKey['type'], 'text'>, RegExp> = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamptz: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  int: /^\d{1,9}$/,
  bigint: /^\d{1,18}$/,
};

function isKeyText(type: SortKey['type'], text: string): boolean {
  if (type === 'text') return !text.includes('\0');
  if (!keyForms[type].test(text)) return false;
  if (type !== 'date' && type !== 'timestamptz') return true;
  // A day such as 2026-02-30 has the form but not the sense, and the database would stumble over it.
  const time = Date.parse(text);
  return text >= '0001' && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function badCursor(): QueryRefusal {
  return new QueryRefusal('BAD_CURSOR', 'This is not a cursor of this connection in this order.');
}

/** The part of a statement that a window and an order make, and the values of its placeholders. */
export interface PagePlan {
  /** Distinguishes statements: direction, and which bounds there are. */
  shape: string;
  values: Record<string, unknown>;
  /** True when rows come in reverse and are to be turned round. */
  reversed: boolean;
  segments: readonly Segment[];
}

/** Rows whose nullable first key is all set or all null: each is one range of an index. */
export interface Segment {
  nulls: boolean | null;
  after: boolean;
  before: boolean;
}

/**
 * Decodes the window's cursors; throws BAD_CURSOR. The statement reads one row more than the window has. `fewRows`
 * tells that sorting what there is costs less than reading two ranges of an index.
 */
export function planPage(order: Order, window: Window, fewRows = false): PagePlan {
  const after = window.after === null ? null : decodeKeysetCursor(order, window.after);
  const before = window.before === null ? null : decodeKeysetCursor(order, window.before);
  const values: Record<string, unknown> = { limit: window.size + 1 };
  for (const [name, cursor] of [['after', after] as const, ['before', before] as const]) {
    cursor?.forEach((value, index) => {
      if (value !== null) values[`${name}${index}`] = value;
    });
  }
  const unbounded = after === null && before === null;
  const segments = fewRows && unbounded ? [whole] : segmentsOf(order, after, before);
  if (window.backward) segments.reverse();
  const shape = `${order.tag}${window.backward ? '<' : '>'}${segments.map(segmentShape).join('')}`;
  return { shape, values, reversed: window.backward, segments };
}

const whole: Segment = { nulls: null, after: false, before: false };

function segmentShape(segment: Segment): string {
  return `${segment.nulls === null ? '' : segment.nulls ? 'n' : 'v'}${segment.after ? 'a' : ''}${segment.before ? 'b' : ''}/`;
}

function segmentsOf(order: Order, after: KeysetCursor | null, before: KeysetCursor | null): Segment[] {
  if (order.keys[0]?.nullable !== true) {
    return [{ nulls: null, after: after !== null, before: before !== null }];
  }
  const afterNulls = after !== null && after[0] === null;
  const beforeValues = before !== null && before[0] !== null;
  const segments: Segment[] = [];
  if (!afterNulls) segments.push({ nulls: false, after: after !== null, before: beforeValues });
  if (!beforeValues) segments.push({ nulls: true, after: afterNulls, before: before !== null });
  return segments;
}

/** Conditions of one segment, to be joined by `and`. */
export function segmentConditions(order: Order, segment: Segment): SQL[] {
  const first = order.keys[0];
  const conditions: SQL[] = [];
  if (segment.nulls !== null && first !== undefined) {
    conditions.push(segment.nulls ? sql`${first.column} is null` : sql`${first.column} is not null`);
  }
  if (segment.after) conditions.push(compare(order, segment, 'after', order.descending ? sql`<` : sql`>`));
  if (segment.before) conditions.push(compare(order, segment, 'before', order.descending ? sql`>` : sql`<`));
  return conditions;
}

function compare(order: Order, segment: Segment, bound: 'after' | 'before', operator: SQL): SQL {
  const keys = order.keys.map((key, index) => ({ key, index })).slice(segment.nulls === true ? 1 : 0);
  const columns = keys.map(({ key }) => key.column);
  const values = keys.map(
    ({ key, index }) => sql`${sql.placeholder(`${bound}${index}`)}::${sql.raw(sqlType(key.type))}`,
  );
  return sql`(${sql.join(columns, sql`, `)}) ${operator} (${sql.join(values, sql`, `)})`;
}

function sqlType(type: SortKey['type']): string {
  return type === 'timestamptz' ? 'timestamptz' : type;
}

/**
 * `order by` of one segment, reversed for a page counted from the end. The first key stands here even where it is null
 * throughout: without it PostgreSQL walks all rows by the second key instead of the index that has both.
 */
export function segmentOrder(order: Order, segment: Segment, reversed: boolean): SQL {
  const direction = order.descending !== reversed ? ' desc' : '';
  const nulls = reversed ? ' nulls first' : ' nulls last';
  const isMixed = (key: SortKey) => key.nullable === true && segment.nulls === null;
  return sql.join(
    order.keys.map((key) => sql`${key.column}${sql.raw(direction + (isMixed(key) ? nulls : ''))}`),
    sql`, `,
  );
}
