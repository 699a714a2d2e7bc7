/**
 * What resolvers may reach: the ledger's queries, who asks, and what is shared within one operation. A context lives
 * for one operation, or for one event of a subscription, never longer.
 */
import type { GraphQLResolveInfo } from 'graphql';
import type { Operations } from '../../operations/operations.ts';
import type { LedgerRow } from '../../queries/ledger.ts';
import type { Queries } from '../../queries/queries.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Selection } from './selection.ts';

export interface Context {
  /** Within the limits of the operation: once it has ended, no statement begins. */
  queries: Queries;
  viewer: Viewer;
  /** Used where GraphQL asks for one parent at a time. */
  loaders: Loaders;
  /** The ledger's counters as they stood when this operation first asked for them. */
  ledger: () => Promise<LedgerRow>;
  /** What the viewer does is done by this; what a viewer may do, fields ask before. */
  operate: () => Operations;
}

/** Reads a field for these parents, which share arguments and selection; answers in their order. */
export type Batch<Parent, Args, Value> = (
  parents: readonly Parent[],
  args: Args,
  context: Context,
  selection: Selection,
) => Promise<readonly Value[]>;

export type AnyBatch = Batch<unknown, unknown, unknown>;

export interface Loaders {
  load<Parent, Args, Value>(
    batch: Batch<Parent, Args, Value>,
    parent: Parent,
    args: Args,
    info: GraphQLResolveInfo,
  ): Promise<Value>;
}
