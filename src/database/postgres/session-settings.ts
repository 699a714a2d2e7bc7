/** Settings on which the meaning of a query depends, or how long it may take, embedded or on a server. */
import { STATEMENT_MILLISECONDS } from '../statements/statement-limits.ts';

/**
 * How alike a text and a part of a name must be for an index to find it. PostgreSQL's own 0.6 misses one wrong letter
 * in a word of seven.
 */
export const wordSimilarityThreshold = { name: 'pg_trgm.word_similarity_threshold', value: '0.45' } as const;

/** Of each connection to a server, which a pooler passes on too: how days and instants are written, whatever its own. */
export const connectionSettings = { application_name: 'accord287', DateStyle: 'ISO, MDY', TimeZone: 'UTC' } as const;

/** Of each session of a server; behind a pooler, of each transaction. */
export const sessionSettings: Readonly<Record<string, string>> = {
  statement_timeout: String(STATEMENT_MILLISECONDS),
  lock_timeout: '2000',
  idle_in_transaction_session_timeout: '10000',
  [wordSimilarityThreshold.name]: wordSimilarityThreshold.value,
};

/** Makes them hold in a transaction, in one message. */
export const localSettings: string = Object.entries(sessionSettings)
  .map(([name, value]) => `set local ${name} = ${value}`)
  .join('; ');
