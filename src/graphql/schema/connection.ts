/** Relay's connection shapes for this schema, defined once: arguments, pages, edges, and how fields make them. */
import type { InterfaceRef, ObjectRef } from '@pothos/core';
import { encodeEventCursor } from '../../feed/log/cursor.ts';
import { countAll, type Page } from '../../queries/keyset/connection.ts';
import { encodeKeysetCursor } from '../../queries/keyset/keyset.ts';
import { fieldsOf, type Wanted } from '../../queries/keyset/source.ts';
import type { PageArgs } from '../../queries/keyset/window.ts';
import type { PageRequest } from '../../queries/queries.ts';
import { batched } from '../execution/batched.ts';
import type { Context } from '../execution/context.ts';
import { type Selection, selectedOfRows } from '../execution/selection.ts';
import { builder, type SchemaTypes } from './builder.ts';

/** A page as GraphQL answers it. */
export interface Connection<Row extends object = object> {
  page: Page<Row>;
  /** Read before the rows; null when it was not selected. */
  position: string | null;
}

interface Edge {
  node: object;
  connection: Connection;
}

/** Which fields of a row a field of GraphQL needs, given what is selected below it; absent: the one of its name. */
export type FieldNeeds = Readonly<Record<string, readonly string[] | ((below: Selection) => readonly string[])>>;

/** The fields of a row that a selection needs. */
export function fieldsNeeded(selection: Selection, needs: FieldNeeds): string[] {
  return [...selection].flatMap(([name, below]) => {
    const needed = needs[name] ?? [name];
    return typeof needed === 'function' ? needed(below) : needed;
  });
}

export const pageArgs = builder.args((t) => ({
  first: t.int({ description: 'How many to answer from the start, 0 to 100. Without first and last it is 20.' }),
  after: t.string({ description: 'Answer what comes after this cursor of the same connection and order.' }),
  last: t.int({ description: 'How many to answer from the end, 0 to 100. Not together with first.' }),
  before: t.string({ description: 'Answer what comes before this cursor of the same connection and order.' }),
}));

const PageInfo = builder.objectRef<Connection>('PageInfo').implement({
  description: 'Where a page stands among the others.',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether more rows follow. Counted from the end, it only says whether `before` was given.',
      resolve: ({ page }) => page.hasNextPage,
    }),
    hasPreviousPage: t.boolean({
      description: 'Whether rows precede this page. Counted from the start, it only says whether `after` was given.',
      resolve: ({ page }) => page.hasPreviousPage,
    }),
    startCursor: t.string({
      description: 'Cursor of the first row; null for an empty page.',
      nullable: true,
      resolve: ({ page }) => cursorAt(page, 0),
    }),
    endCursor: t.string({
      description: 'Cursor of the last row, to be given back as `after`; null for an empty page.',
      nullable: true,
      resolve: ({ page }) => cursorAt(page, page.rows.length - 1),
    }),
  }),
});

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
type NodeRef = ObjectRef<Types, object> | InterfaceRef<Types, object>;

/** The connection type over a node, with its edge type. `cursor` names the scalar of the edges' cursors. */
export function connectionOf(name: string, node: NodeRef, rows: string, cursor: 'String' | 'EventCursor' = 'String') {
  const edge = builder.objectRef<Edge>(`${name}Edge`).implement({
    description: `One of the ${rows}, with its place in the connection.`,
    fields: (t) => ({
      node: t.field({
        type: node,
        description: 'What stands at this place of the connection.',
        resolve: (parent) => parent.node,
      }),
      cursor: t.field({
        type: cursor,
        description: 'Place of this row, to be given back as `after` or `before`.',
        resolve: ({ node: row, connection }) => cursorOf(connection.page, row),
      }),
    }),
  });
  return builder.objectRef<Connection>(`${name}Connection`).implement({
    description: `A page of ${rows}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The rows of this page, each with its cursor.',
        extensions: { perRow: 'edge' },
        resolve: (connection) => connection.page.rows.map((row) => ({ node: row, connection })),
      }),
      nodes: t.field({
        type: [node],
        description: 'The rows of this page without their cursors.',
        extensions: { perRow: 'node' },
        resolve: (connection) => connection.page.rows,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Whether there is more, and from where to go on.',
        resolve: (connection) => connection,
      }),
      totalCount: t.int({
        description: 'Number of rows on all pages together. Counted only when selected.',
        ...batched((connections: readonly Connection[]) => countAll(connections.map(({ page }) => page)), {
          isCount: true,
        }),
      }),
      position: t.field({
        type: 'EventCursor',
        description:
          'Place in the event log that this page reflects, read before its rows. An export of all pages starts again when it changes; a watcher subscribes after that of the first page.',
        resolve: (connection) => demandPosition(connection),
      }),
    }),
  });
}

function demandPosition({ position }: Connection): string {
  if (position === null) throw new Error('The position was not read before the rows.');
  return position;
}

function cursorAt(page: Page<object>, index: number): string | null {
  const row = page.rows[index];
  return row === undefined ? null : cursorOf(page, row);
}

/** An event's cursor is its place in the log; every other row's holds its sort keys. */
export function cursorOf(page: Page<object>, row: object): string {
  const fields = fieldsOf(row);
  if (page.order.tag !== 'events') return encodeKeysetCursor(page.order, fields);
  return encodeEventCursor(String(fields.epoch), BigInt(String(fields.sequence)), String(fields.hash));
}

/** What `selection` asks of the rows of a connection. A planned query asks with the same selection each time. */
export function wantedOf(selection: Selection, needs: FieldNeeds): Wanted {
  const known = wantedBySelection.get(selection);
  if (known !== undefined) return known;
  const fields = new Set(selectedOfRows(selection).flatMap((selected) => fieldsNeeded(selected, needs)));
  const wanted = { rows: selection.has('nodes') || selection.has('edges') || selection.has('pageInfo'), fields };
  wantedBySelection.set(selection, wanted);
  return wanted;
}

/** A selection belongs to one field, and so to one table of needs. */
const wantedBySelection = new WeakMap<Selection, Wanted>();

/** Answers one connection. The position is read first, so that no change after it is missing from it. */
export async function connect<Row extends object>(
  context: Context,
  selection: Selection,
  needs: FieldNeeds,
  args: PageArgs,
  read: (request: PageRequest) => Promise<Page<Row>>,
): Promise<Connection<Row>> {
  const position = await positionFor(context, selection);
  return { page: await read({ args, wanted: wantedOf(selection, needs) }), position };
}

/** The same for a connection of each of several parents. */
export async function connectAll<Row extends object>(
  context: Context,
  selection: Selection,
  needs: FieldNeeds,
  args: PageArgs,
  read: (request: PageRequest) => Promise<readonly Page<Row>[]>,
): Promise<Connection<Row>[]> {
  const position = await positionFor(context, selection);
  const pages = await read({ args, wanted: wantedOf(selection, needs) });
  return pages.map((page) => ({ page, position }));
}

async function positionFor(context: Context, selection: Selection): Promise<string | null> {
  if (!selection.has('position')) return null;
  const { epoch, lastSequence, lastHash } = await context.ledger();
  return encodeEventCursor(epoch, lastSequence, lastHash);
}
