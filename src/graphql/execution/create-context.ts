/** A context for one operation, and the loaders that gather what graphql-js asks for parent by parent. */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { StatementLimits } from '../../database/statements/statement-limits.ts';
import type { Operations } from '../../operations/operations.ts';
import type { LedgerRow } from '../../queries/ledger.ts';
import type { SharedQueries } from '../../queries/queries.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Batch, Context, Loaders } from './context.ts';
import { selectionBelow } from './selection.ts';

/** `operate` is needed by mutations alone. */
export function createContext(
  shared: SharedQueries,
  viewer: Viewer,
  limits: StatementLimits,
  operate: () => Operations = nobody,
): Context {
  const queries = shared.within(limits);
  let ledger: Promise<LedgerRow> | undefined;
  const context: Context = {
    queries,
    viewer,
    loaders: createLoaders(() => context),
    ledger: () => {
      ledger ??= queries.ledger();
      return ledger;
    },
    operate,
  };
  return context;
}

function nobody(): never {
  throw new Error('Nothing here changes the ledger.');
}

function createLoaders(context: () => Context): Loaders {
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
          // A refusal that is thrown at once has to come as a rejection: the loader takes it for a fault of ours.
          async (parents) => [...(await batch(parents as readonly Parent[], args, context(), selection))],
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
