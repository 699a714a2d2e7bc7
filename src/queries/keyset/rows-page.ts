/** Pages of rows that are in memory, in the order of their keys. The cursors are those of any other connection. */
import type { Page } from './connection.ts';
import { decodeKeysetCursor, type KeysetCursor, type Order } from './keyset.ts';
import { fieldsOf } from './source.ts';
import { type PageArgs, readWindow } from './window.ts';

/** `rows` come in the order of the keys, which ascends and has no nulls. Throws BAD_USER_INPUT and BAD_CURSOR. */
export function pageOfRows<Row extends object>(rows: readonly Row[], order: Order, args: PageArgs): Page<Row> {
  const { size, backward, after, before } = readWindow(args);
  const from = after === null ? 0 : placeOf(rows, order, decodeKeysetCursor(order, after), true);
  const to = before === null ? rows.length : placeOf(rows, order, decodeKeysetCursor(order, before), false);
  const inside = rows.slice(from, Math.max(from, to));
  const more = inside.length > size;
  const shown = backward ? inside.slice(Math.max(0, inside.length - size)) : inside.slice(0, size);
  return {
    rows: shown,
    order,
    hasNextPage: backward ? before !== null : more,
    hasPreviousPage: backward ? more : after !== null,
    counter: async () => new Map([['', rows.length]]),
    parent: '',
  };
}

/** How many rows stand before this place; with `itself` the row at it is one of them. */
function placeOf(rows: readonly object[], order: Order, cursor: KeysetCursor, itself: boolean): number {
  const found = rows.findIndex((row) => {
    const compared = compare(row, order, cursor);
    return itself ? compared > 0 : compared >= 0;
  });
  return found < 0 ? rows.length : found;
}

function compare(row: object, order: Order, cursor: KeysetCursor): number {
  for (const [index, { field }] of order.keys.entries()) {
    const [own, other] = [String(fieldsOf(row)[field]), cursor[index] ?? ''];
    if (own !== other) return own < other ? -1 : 1;
  }
  return 0;
}
