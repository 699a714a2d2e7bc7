/**
 * Statements of queries on a PostgreSQL server. Each session ends a statement after three seconds; one that begins
 * when its operation has less time left runs in a transaction whose limit is that rest, which a pooler bears too.
 * `cancel()` of postgres.js is not used: it ends whatever its connection runs by then, which may be another's query.
 */
import { fillPlaceholders, type Logger, type Query } from 'drizzle-orm';
import type postgres from 'postgres';
import { createSemaphore } from '../statements/semaphore.ts';
import { type RunStatement, STATEMENT_MILLISECONDS, type StatementLimits } from '../statements/statement-limits.ts';
import type { ExchangeablePool } from './exchangeable-pool.ts';
import { localSettings } from './session-settings.ts';

export interface PostgresStatementOptions {
  /** Statements of queries that run at a time; what watchers are told runs beside them. */
  atOnce: number;
  /** Sessions are not ours: each statement runs in a transaction that has its limits. */
  pooled: boolean;
  logger: Logger | undefined;
}

export function createPostgresPreparer(
  pool: Pick<ExchangeablePool, 'client' | 'begin'>,
  { atOnce, pooled, logger }: PostgresStatementOptions,
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
    const sendWithin = (limits: StatementLimits | null, values: Record<string, unknown>): Promise<unknown[][]> => {
      const left = limits === null ? STATEMENT_MILLISECONDS : limits.deadlineAt - performance.now();
      const isShort = left < STATEMENT_MILLISECONDS;
      if (!isShort && !pooled) return send(pool.client, values);
      const settings = [
        ...(pooled ? [localSettings] : []),
        ...(isShort ? [`set local statement_timeout = ${Math.max(1, Math.ceil(left))}`] : []),
      ];
      return pool.begin(async (transaction) => {
        // Sent at once, before the statement, and without a round trip of its own.
        const limited = transaction.unsafe(settings.join('; ')).execute();
        const [, rows] = await Promise.all([limited, send(transaction, values)]);
        return rows;
      });
    };
    return async (values, limits) => {
      if (limits === null || limits.urgent) return sendWithin(limits, values);
      const waiting = semaphore.acquire(limits);
      if (waiting !== undefined) await waiting;
      const startedAt = performance.now();
      try {
        return await sendWithin(limits, values);
      } finally {
        limits.used.milliseconds += performance.now() - startedAt;
        semaphore.release();
      }
    };
  };
}
