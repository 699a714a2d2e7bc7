/**
 * The embedded database as drizzle's driver for PGlite wants it, and no wider: statements and transactions, one at a
 * time. A statement outside a transaction may run for a few seconds only; one that does not end is ended together with
 * the thread, since nothing else stops it.
 */
import { type Results, TransactionAbortedError } from '@electric-sql/pglite';
import { type Signal, unlessAborted } from '../../abort.ts';
import type { Used } from '../../fair-turns.ts';
import { DatabaseEnded, StatementTooLong } from './faults.ts';
import type { ThreadKeeper } from './keep-thread.ts';
import type { Clock, ResultOptions, Session } from './session.ts';
import type { DatabaseThread } from './start-thread.ts';

export interface StatementOptions extends ResultOptions {
  /** Aborted, the caller gets the signal's reason at once: a statement that waits never starts, one that runs runs on. */
  signal?: Signal | undefined;
  /** As in {@link Asking}. */
  urgent?: boolean | undefined;
  used?: Used | undefined;
}

export interface EmbeddedClient {
  /** Rejects with PostgreSQL's error, a fault of `faults.ts`, or the reason of an aborted signal. */
  query(text: string, params?: readonly unknown[], options?: StatementOptions): Promise<Results<unknown>>;
  /** Without a limit of time. What is sent outside of it waits until it has ended. */
  transaction<T>(work: (tx: Pick<EmbeddedClient, 'query'>) => Promise<T>): Promise<T>;
}

export interface ClientOptions {
  keeper: ThreadKeeper;
  sessionOn(thread: DatabaseThread): Session;
  /** Throws where another folder is in the place of the database's; asked before each statement of a transaction. */
  requireFolder(): void;
  /** Of a statement outside a transaction; null for none, and then it also waits for a database that is away. */
  statementMilliseconds: number | null;
}

export function createClient(options: ClientOptions): EmbeddedClient {
  const { keeper, sessionOn, requireFolder, statementMilliseconds: limit } = options;
  return {
    query: async (text, params, { signal, urgent, used, ...options } = {}) => {
      const isLimited = limit !== null;
      const { thread, release } = await keeper.take({ patient: !isLimited, shared: isLimited, urgent, used, signal });
      const clock = isLimited ? createClock(thread, limit, used) : undefined;
      const running = sessionOn(thread)
        .query(text, params, { ...options, clock })
        .finally(release);
      return signal === undefined ? running : unlessAborted(running, signal);
    },
    transaction: async (work) => {
      const { thread, release } = await keeper.take({ patient: true });
      try {
        return await runTransaction(thread, sessionOn(thread), requireFolder, work);
      } finally {
        release();
      }
    },
  };
}

/**
 * Ends the thread unless the clock is stopped in time. One turn later: an answer that came meanwhile is read before.
 * What the statement took is counted.
 */
function createClock(thread: DatabaseThread, milliseconds: number, used: Used | undefined): Clock {
  let startedAt: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (startedAt !== null) void thread.end(new StatementTooLong(milliseconds));
  };
  return {
    start: () => {
      startedAt = performance.now();
      timer = setTimeout(() => setImmediate(end), milliseconds);
    },
    stop: () => {
      clearTimeout(timer);
      if (startedAt !== null && used !== undefined) used.milliseconds += performance.now() - startedAt;
      startedAt = null;
    },
  };
}

async function runTransaction<T>(
  thread: DatabaseThread,
  session: Session,
  requireFolder: () => void,
  work: (tx: Pick<EmbeddedClient, 'query'>) => Promise<T>,
): Promise<T> {
  let isOver = false;
  requireFolder();
  await session.exec('begin');
  try {
    const result = await work({
      query: async (text, params, { signal, urgent: _urgent, used: _used, ...options } = {}) => {
        if (isOver) throw new Error('The transaction has ended.');
        if (signal?.aborted) throw signal.reason;
        requireFolder();
        return session.query(text, params, { ...options, kept: true });
      },
    });
    isOver = true;
    requireFolder();
    const [committed] = await session.exec('commit');
    // What a transaction says that failed in a statement whose error nobody heeded.
    if (committed?.command === 'ROLLBACK') throw new TransactionAbortedError();
    return result;
  } catch (error) {
    isOver = true;
    // Without effect where the commit failed, since nothing is open then.
    await session.exec('rollback').catch((cause) => {
      void thread.end(new DatabaseEnded('A transaction could not be rolled back.', { cause }));
    });
    throw error;
  }
}
