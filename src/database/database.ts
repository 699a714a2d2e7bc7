/** What the program knows of its database: PGlite and postgres.js differ only in how one is opened. */
import type { ExtractTablesWithRelations, Logger, Query } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';
import type { RunStatement } from './statement-limits.ts';

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
  /** Connections of the pool; 10 unless given. */
  poolSize?: number;
  logger?: Logger;
}

export interface OpenDatabase {
  db: Database;
  /** A statement of queries, whose parameters are placeholders; the server is asked to keep one that is `kept`. */
  prepare(query: Query, kept: boolean): RunStatement;
  kind: 'pglite' | 'postgres';
  /**
   * Calls `wake` on each notification of the channel and after every reconnect, when some may have been missed.
   * A wake-up says only "read the log"; it carries nothing.
   */
  listen(channel: string, wake: () => void): Promise<() => Promise<void>>;
  /**
   * Runs `work` while no other process runs work under the same lock, on a connection of its own without a
   * statement timeout.
   */
  exclusively<T>(lock: number, work: (session: ExclusiveSession) => Promise<T>): Promise<T>;
  /** Rejects within a second when the database does not answer; never waits behind queries. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface ExclusiveSession {
  db: Database;
  applyMigrations(folder: string): Promise<void>;
}
