/** The same database, whose statements for queries are timed. */
import type { OpenDatabase } from '../database.ts';

/** `observe` is told the milliseconds of each statement, those it waited for a connection included. */
export function timeStatements(
  { prepare }: Pick<OpenDatabase, 'prepare'>,
  observe: (milliseconds: number) => void,
): Pick<OpenDatabase, 'prepare'> {
  return {
    prepare: (query, kept) => {
      const run = prepare(query, kept);
      return async (values, limits) => {
        const startedAt = performance.now();
        try {
          return await run(values, limits);
        } finally {
          observe(performance.now() - startedAt);
        }
      };
    },
  };
}
