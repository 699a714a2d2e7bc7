/**
 * Statements of queries on a PostgreSQL server. Each session ends a statement after three seconds; one that begins
 * when its operation has less time left runs in a transaction whose limit is that rest, which a pooler bears too.
 * `cancel()` of postgres.js is not used: it ends whatever its connection runs by then, which may be another's query.
 */
import { fillPlaceholders, type Logger, type Query } from 'drizzle-orm';
import type postgres from 'postgres';
import { createSemaphore } from '../semaphore.ts';
import { type RunStatement, STATEMENT_MILLISECONDS, type StatementLimits } from '../statement-limits.ts';
import type { ExchangeablePool } from './exchangeable-pool.ts';

export interface PostgresStatementOptions {
  /** Statements of queries that run at a time; what watchers are told runs beside them. */
  atOnce: number;
  logger: Logger | undefined;
}

export function createPostgresPreparer(
  pool: Pick<ExchangeablePool, 'client' | 'begin'>,
  { atOnce, logger }: PostgresStatementOptions,
): (query: Query, kept: boolean) => RunStatement {
  const semaphore = createSemaphore(atOnce);
  return ({ sql, params }, kept) => {
    const send = async (
      client: Pick<postgres.Sql, 'unsafe'>,
      values: Record<string, unknown>,
    ): Promise<unknown[][]> => {
      const given = fillPlaceholders(params, values);
      logger?.logQuery(sql, given);
      // Drizzle's encoders have made each parameter a value that the driver takes.
      return client.unsafe(sql, given as postgres.ParameterOrJSON<never>[], { prepare: kept }).values();
    };
    const sendWithin = (limits: StatementLimits, values: Record<string, unknown>): Promise<unknown[][]> => {
      const left = limits.deadlineAt - performance.now();
      if (left >= STATEMENT_MILLISECONDS) return send(pool.client, values);
      return pool.begin(async (transaction) => {
        // Sent at once, before the statement, and without a round trip of its own.
        const limited = transaction.unsafe(`set local statement_timeout = ${Math.max(1, Math.ceil(left))}`).execute();
        const [, rows] = await Promise.all([limited, send(transaction, values)]);
        return rows;
      });
    };
    return async (values, limits) => {
      if (limits === null) return send(pool.client, values);
      if (limits.urgent) return sendWithin(limits, values);
      const waiting = semaphore.acquire(limits.signal);
      if (waiting !== undefined) await waiting;
      try {
        return await sendWithin(limits, values);
      } finally {
        semaphore.release();
      }
    };
  };
}
