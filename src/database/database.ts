/** What the program knows of its database: PGlite and postgres.js differ only in how one is opened. */
import type { ExtractTablesWithRelations, Logger, Query } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';
import type { RunStatement } from './statements/statement-limits.ts';

type NoSchema = Record<string, never>;

/** A database or a transaction of it: what a query needs. */
export type Database = PgDatabase<PgQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>;

/** Proof of being inside a transaction: what a write needs. */
export type Transaction = PgTransaction<PgQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>>;

export type DatabaseConfig = PgliteConfig | PostgresConfig;

export interface PgliteConfig {
  kind: 'pglite';
  /** The data directory; made on first opening. */
  directory: string;
  logger?: Logger;
  /** Told why the database was ended and opened again, or could not be. */
  onTrouble?: (error: Error) => void;
  /** How long a statement outside a transaction may run; 3 s unless given. */
  statementMilliseconds?: number;
}

export interface PostgresConfig {
  kind: 'postgres';
  url: string;
  /** It leads through a pooler in transaction mode: nothing is set or kept for a session. */
  pooled?: boolean;
  /** Connections of the pool; 10 unless given. */
  poolSize?: number;
  logger?: Logger;
}

/** A file as it came. */
export interface Original {
  /** Of the bytes, in hexadecimal digits. */
  sha256: string;
  bytes: Uint8Array;
  mediaType: string;
}

export interface OriginalStore {
  /** They stay if the transaction commits; bytes that are kept already are not kept twice. */
  keep(tx: Transaction, original: Original): Promise<void>;
  /**
   * The bytes in pieces of at most 256 kB. Throws `DamagedOriginal`, before the last piece at the latest, where they
   * are not those that were kept.
   */
  read(sha256: string): AsyncGenerator<Uint8Array, void, undefined>;
}

export interface OpenDatabase {
  db: Database;
  /** A statement of queries, whose parameters are placeholders; the server is asked to keep one that is `kept`. */
  prepare(query: Query, kept: boolean): RunStatement;
  kind: 'pglite' | 'postgres';
  /** The files as they came. */
  originals: OriginalStore;
  /**
   * Calls `wake` on each notification of the channel and after every reconnect, when some may have been missed.
   * A wake-up says only "read the log"; it carries nothing. Through a pooler none comes.
   */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /**
   * Runs `work` in a transaction without a limit of time, while no other process runs work under the same lock; new
   * types are known afterwards. The lock is the transaction's, since a pooler would strand one of a session.
   */
  changeTables(lock: number, work: (tx: Transaction) => Promise<void>): Promise<void>;
  /** Copies the folder of an embedded database, exact to the last row, to one that is not there; null on a server. */
  copyTo: ((folder: string) => Promise<void>) | null;
  /** Rejects within a second when the database does not answer; never waits behind queries. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
