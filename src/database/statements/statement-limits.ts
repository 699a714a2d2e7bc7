/** How long the statements of one operation may take, and whether anybody still waits for them. */
import type { Signal } from '../../abort.ts';
import type { Used } from '../../fair-turns.ts';

export interface StatementLimits {
  /** Aborted at the deadline, or when the client is gone. */
  readonly signal: Signal;
  /** Milliseconds of the process's clock, `performance.now()`. */
  readonly deadlineAt: number;
  /** True for what watchers are told: it does not wait behind queries. */
  readonly urgent: boolean;
  /** What its sender has had of the database lately: its statements are counted here. */
  readonly used: Used;
  /** Statements that the operation runs at a time, so that it never takes all connections. */
  readonly atOnce: number;
}

/** Milliseconds that one statement of a query may run, on both databases. */
export const STATEMENT_MILLISECONDS = 3_000;

/** Runs a prepared statement: rows as arrays of cells. Without limits only the session's own holds. */
export type RunStatement = (values: Record<string, unknown>, limits: StatementLimits | null) => Promise<unknown[][]>;
