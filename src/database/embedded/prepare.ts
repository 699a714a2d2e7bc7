/** Statements of queries on the embedded database: they wait in its one line, and leave it with their operation. */
import { types } from '@electric-sql/pglite';
import { fillPlaceholders, type Logger, type Query } from 'drizzle-orm';
import type { RunStatement } from '../statements/statement-limits.ts';
import type { EmbeddedClient } from './client.ts';

/** Days and instants stay texts: readers have their own idea of them. */
const asText = (value: string): string => value;
const options = {
  rowMode: 'array' as const,
  parsers: Object.fromEntries(
    [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE].map((type) => [type, asText]),
  ),
};

export function createEmbeddedPreparer(
  client: Pick<EmbeddedClient, 'query'>,
  logger: Logger | undefined,
): (query: Query, kept: boolean) => RunStatement {
  return ({ sql, params }, kept) =>
    async (values, limits) => {
      const given = fillPlaceholders(params, values);
      logger?.logQuery(sql, given);
      const urgent = limits === null || limits.urgent;
      const { rows } = await client.query(sql, given, {
        ...options,
        kept,
        urgent,
        signal: limits?.signal,
        used: limits?.used,
      });
      // In array mode a row is its cells.
      return rows as unknown[][];
    };
}
