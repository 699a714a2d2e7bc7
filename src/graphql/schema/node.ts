/** Relay's Node: every major noun by its id, one at a time or many. */

import { findCounty, findState } from '../../queries/places.ts';
import { badInput } from '../../queries/refusal.ts';
import { batched } from '../execution/batched.ts';
import type { Context } from '../execution/context.ts';
import { builder } from './builder.ts';
import { typenameOfEvent } from './events/event-names.ts';
import { decodeId, type NodeKind } from './global-id.ts';
import { NodeRef } from './refs.ts';

NodeRef.implement({
  description: 'Anything with an id that can be asked for again.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and for ever: the id of something merged into another answers with the survivor.',
    }),
  }),
  resolveType: (row) => typenameOf(row),
});

/** The name of the object type that answers a row. */
export function typenameOf(row: object): string {
  const typename = 'typename' in row ? row.typename : undefined;
  if (typename === 'LedgerEvent') return typenameOfEvent(row);
  if (typeof typename !== 'string') throw new Error('A row without a typename.');
  return typename;
}

/** Ids in one request; each kind of them costs one statement. */
const MOST_IDS = 100;

builder.queryFields((t) => ({
  node: t.field({
    type: NodeRef,
    nullable: true,
    description: 'The node with this id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'As answered in the field id.' }) },
    ...batched(
      async (parents: readonly unknown[], args: { id: string }, context) => {
        const [node] = await readNodes([args.id], context);
        return parents.map(() => node ?? null);
      },
      { units: 10 },
    ),
  }),
  nodes: t.field({
    type: [NodeRef],
    nullable: { list: false, items: true },
    description: 'The nodes with these ids in their order, at most 100; null at each place where there is none.',
    args: { ids: t.arg.idList({ required: true, description: 'As answered in the field id.' }) },
    extensions: { atMost: MOST_IDS, units: 20 },
    resolve: (_parent, { ids }, context) => {
      if (ids.length > MOST_IDS) throw badInput(`ids takes at most ${MOST_IDS} ids.`);
      return readNodes(ids, context);
    },
  }),
}));

async function readNodes(ids: readonly string[], context: Context): Promise<(object | null)[]> {
  const wanted = ids.map(decodeId);
  const found = new Map<string, object | null>();
  await Promise.all(
    (['state', 'county', 'agency', 'agreement', 'snapshot', 'event', 'review', 'audit'] as const).map(async (kind) => {
      const keys = [...new Set(wanted.flatMap((each) => (each?.kind === kind ? [each.key] : [])))];
      if (keys.length === 0) return;
      const rows = await readKind(kind, keys, context);
      keys.forEach((key, index) => {
        found.set(`${kind}_${key}`, rows[index] ?? null);
      });
    }),
  );
  return ids.map((id) => found.get(id) ?? null);
}

async function readKind(
  kind: NodeKind,
  keys: readonly string[],
  context: Context,
): Promise<readonly (object | null)[]> {
  switch (kind) {
    case 'state':
      return keys.map(findState);
    case 'county':
      return keys.map(findCounty);
    case 'agency':
      return context.queries.agenciesById(keys);
    case 'agreement':
      return context.queries.agreementsById(keys);
    case 'snapshot':
      return context.queries.snapshotsById(keys);
    case 'event':
      return context.queries.eventsById(keys);
    case 'review':
      // For anybody else a review item does not exist.
      return context.viewer.operator ? context.queries.reviewItemsById(keys) : keys.map(() => null);
    case 'audit':
      return context.viewer.operator ? context.queries.auditEntriesById(keys) : keys.map(() => null);
  }
}
