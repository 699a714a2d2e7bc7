/**
 * A pool of connections that can be exchanged as a whole. Connections that were cut without a word (a server that
 * moved, a frozen machine, a balancer that forgot them) look open until the system gives them up after a quarter of
 * an hour, and so long every statement on them waits; the driver has no limit of its own to set against that.
 */
import type postgres from 'postgres';

export interface ExchangeablePool {
  /** Always speaks to the connections of now. */
  client: postgres.Sql;
  /** A transaction on one of these connections, for queries; `client.begin` is for those that write. */
  begin<Result>(work: (transaction: postgres.TransactionSql) => Promise<Result>): Promise<Result>;
  /** Calls `wake` on each notification and after every reconnect. Answers how to stop that. */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /** Refuses what waits for an answer; what comes next connects anew, and so do listeners. */
  exchange(): void;
  close(): Promise<void>;
}

interface Listener {
  channel: string;
  wake: () => void;
  subscription: Promise<postgres.ListenMeta>;
}

/**
 * `transactions` is a pool of its own: an ingest may take long, and must not end because a query's connection did.
 * `localSettings` is sent at the beginning of each transaction; null: the session has them.
 */
export function createExchangeablePool(
  open: () => postgres.Sql,
  transactions: postgres.Sql,
  localSettings: string | null = null,
): ExchangeablePool {
  let current = open();
  // Drizzle begins without options.
  const begin = (work: (transaction: postgres.TransactionSql) => Promise<unknown>): Promise<unknown> =>
    transactions.begin(async (transaction) => {
      if (localSettings !== null) await transaction.unsafe(localSettings);
      return work(transaction);
    });
  const listeners = new Set<Listener>();
  return {
    client: new Proxy(current, {
      apply: (_first, _this, args) => Reflect.apply(current, undefined, args),
      get: (_first, name) => (name === 'begin' ? begin : Reflect.get(current, name)),
    }),
    begin: async <Result>(work: (transaction: postgres.TransactionSql) => Promise<Result>) => {
      // The driver awaits the values of an array for the caller; nothing here answers one of promises.
      return (await current.begin(work)) as Result;
    },
    listen: async (channel, wake) => {
      // The third argument fires after every reconnect: what was notified in between is lost, so it wakes too.
      const listener = { channel, wake, subscription: current.listen(channel, wake, wake) };
      await listener.subscription;
      listeners.add(listener);
      return async () => {
        listeners.delete(listener);
        // Not waited for: on a connection that was cut there would be no answer, and closing ends it anyhow.
        listener.subscription.then(({ unlisten }) => unlisten()).catch(() => {});
      };
    },
    exchange: () => {
      const cut = current;
      current = open();
      for (const listener of listeners) {
        const { channel, wake } = listener;
        listener.subscription = current.listen(channel, wake, wake);
        // It tries again by itself until it is connected.
        listener.subscription.catch(() => {});
      }
      // There is nobody to take leave of.
      cut.end({ timeout: 0 }).catch(() => {});
    },
    close: () => current.end({ timeout: 5 }),
  };
}
