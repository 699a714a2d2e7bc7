/**
 * Fields that are read for many parents at once. One function serves both ways of execution: the planned one hands
 * it all parents of a level; graphql-js asks parent by parent, and a loader of the operation gathers them.
 */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from './context.ts';
import type { FieldCost } from './field-cost.ts';
import { type Selection, selectionBelow } from './selection.ts';

/** Reads a field for these parents, which share arguments and selection; answers in their order. */
export type Batch<Parent, Args, Value> = (
  parents: readonly Parent[],
  args: Args,
  context: Context,
  selection: Selection,
  ahead: Ahead | null,
) => Promise<readonly Value[]>;

/** The one field below a batched field that it could read along with itself. Null where graphql-js asks. */
export interface Ahead {
  args: unknown;
  /** The very selection with which that field will be asked. */
  selection: Selection;
}

export type AnyBatch = Batch<unknown, unknown, unknown>;

export interface BatchedField<Parent, Args, Value> {
  resolve: (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Value>;
  /** Its batch, what is read ahead, and its FieldCost. */
  extensions: Readonly<Record<string, unknown>>;
}

/** The options that make a field batched; spread them into the field's. `ahead` names the field to be told of. */
export function batched<Parent, Args, Value>(
  batch: Batch<Parent, Args, Value>,
  { ahead = null, ...cost }: FieldCost & { ahead?: string | null } = {},
): BatchedField<Parent, Args, Value> {
  return {
    extensions: { batch, ahead, ...cost },
    resolve: (parent, args, context, info) => context.loaders.load(batch, parent, args, info),
  };
}

export interface Loaders {
  load<Parent, Args, Value>(
    batch: Batch<Parent, Args, Value>,
    parent: Parent,
    args: Args,
    info: GraphQLResolveInfo,
  ): Promise<Value>;
}

export function createLoaders(context: () => Context): Loaders {
  const loaders = new Map<string, DataLoader<unknown, unknown>>();
  return {
    load<Parent, Args, Value>(
      batch: Batch<Parent, Args, Value>,
      parent: Parent,
      args: Args,
      info: GraphQLResolveInfo,
    ): Promise<Value> {
      const key = placeOf(info);
      let loader = loaders.get(key);
      if (loader === undefined) {
        const selection = selectionBelow(info.fieldNodes, info.fragments);
        // One place in the operation has one field, so its parents and values have that field's types.
        loader = new DataLoader<unknown, unknown>(
          (parents) =>
            batch(parents as readonly Parent[], args, context(), selection, null).then((values) => [...values]),
          { cache: false },
        );
        loaders.set(key, loader);
      }
      return loader.load(parent) as Promise<Value>;
    },
  };
}

/** Where in the operation a field stands, list positions aside: there it has one selection and one set of arguments. */
function placeOf(info: GraphQLResolveInfo): string {
  let place = info.parentType.name;
  for (let path: typeof info.path | undefined = info.path; path !== undefined; path = path.prev) {
    if (typeof path.key === 'string') place += `/${path.typename ?? ''}.${path.key}`;
  }
  return place;
}
