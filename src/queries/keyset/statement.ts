/**
 * Runs SQL that is built once per shape and prepared on the server: rows come back as arrays, and the caller's reader
 * makes objects of them. Which shapes exist is the caller's business; this file bounds how many are remembered and how
 * many the server is asked to keep. It is also the one place where an operation that has ended is refused a statement.
 */
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { OpenDatabase } from '../../database/database.ts';
import { createSemaphore } from '../../database/statements/semaphore.ts';
import type { RunStatement, StatementLimits } from '../../database/statements/statement-limits.ts';

/** One statement of one shape. Every value is named by a placeholder in `query`. */
export interface StatementDraft<Row> {
  query: SQL;
  read: (cells: readonly unknown[]) => Row;
}

export interface Statements {
  /**
   * Runs the statement of this shape; `build` is called only for a shape not seen lately. Two drafts of one shape
   * must be equal but for their values.
   */
  run<Row>(shape: string, build: () => StatementDraft<Row>, values: Record<string, unknown>): Promise<Row[]>;
}

/** Statements of all operations: those of one are run within its limits. */
export interface SharedStatements extends Statements {
  within(limits: StatementLimits): Statements;
}

/** What statements need of a database. */
export type StatementDatabase = Pick<OpenDatabase, 'prepare'>;

interface Held {
  execute: RunStatement;
  uses: number;
  draft: StatementDraft<unknown>;
}

/** Shapes remembered. Filters compose, so a hostile client can make many; a real one uses a few dozen. */
const MOST_SHAPES = 400;
/** Prepared statements stay on the server's connections for ever, so only shapes that come back get one. */
const USES_BEFORE_PREPARING = 2;
const MOST_PREPARED = 300;

export function createStatements({ prepare }: StatementDatabase): SharedStatements {
  const dialect = new PgDialect();
  const held = new Map<string, Held>();
  let prepared = 0;

  function compile(draft: StatementDraft<unknown>, uses: number): Held {
    const query = dialect.sqlToQuery(draft.query);
    const keep = uses >= USES_BEFORE_PREPARING && prepared < MOST_PREPARED;
    if (keep) prepared += 1;
    return { execute: prepare(query, keep), uses, draft };
  }

  function find<Row>(shape: string, build: () => StatementDraft<Row>): Held {
    const known = held.get(shape);
    if (known === undefined) {
      const fresh = compile(build(), 1);
      held.set(shape, fresh);
      if (held.size > MOST_SHAPES) held.delete(held.keys().next().value ?? shape);
      return fresh;
    }
    known.uses += 1;
    // Moving a shape to the end on every use would cost more than it saves: only the preparing ones move.
    if (known.uses !== USES_BEFORE_PREPARING) return known;
    held.delete(shape);
    const again = compile(known.draft, known.uses);
    held.set(shape, again);
    return again;
  }

  async function run<Row>(
    shape: string,
    build: () => StatementDraft<Row>,
    values: Record<string, unknown>,
    limits: StatementLimits | null = null,
  ): Promise<Row[]> {
    const { execute, draft } = find(shape, build);
    const rows = await execute(values, limits);
    // A shape has one reader, and its draft was built with it.
    return rows.map(draft.read) as Row[];
  }

  return {
    run,
    within: (limits) => {
      const semaphore = createSemaphore(limits.atOnce);
      return {
        run: async (shape, build, values) => {
          if (limits.signal.aborted) throw limits.signal.reason;
          const waiting = semaphore.acquire(limits);
          if (waiting !== undefined) await waiting;
          try {
            return await run(shape, build, values, limits);
          } finally {
            semaphore.release();
          }
        },
      };
    },
  };
}

/** A PostgreSQL array literal, the one form of array parameter that both drivers pass through untouched. */
export function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${escaped(value)}"`).join(',')}}`;
}

/** Nearly all values are ids or codes, and looking is cheaper than replacing nothing. */
function escaped(value: string): string {
  return value.includes('"') || value.includes('\\') ? value.replace(/["\\]/g, '\\$&') : value;
}
