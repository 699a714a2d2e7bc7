/**
 * What resolvers may reach: the ledger's queries, who asks, and what is shared within one operation. A context lives
 * for one operation, or for one event of a subscription, never longer.
 */
import type { StatementLimits } from '../database/statement-limits.ts';
import type { LedgerRow } from '../queries/ledger.ts';
import type { Queries, SharedQueries } from '../queries/queries.ts';
import { createLoaders, type Loaders } from './batched.ts';
import type { Viewer } from './viewer.ts';

export interface Context {
  /** Within the limits of the operation: once it has ended, no statement begins. */
  queries: Queries;
  viewer: Viewer;
  /** Used where GraphQL asks for one parent at a time. */
  loaders: Loaders;
  /** The ledger's counters as they stood when this operation first asked for them. */
  ledger: () => Promise<LedgerRow>;
}

export function createContext(shared: SharedQueries, viewer: Viewer, limits: StatementLimits): Context {
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
  };
  return context;
}
