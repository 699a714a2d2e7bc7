/** A failure in a sentence for the person who asked: the reason that the database gave, never the SQL that was run. */

import { isDiskFull } from '../database/error-cause.ts';
import { TablesOutdated } from '../database/migrate.ts';

/** Drizzle wraps what the database said; the reason is in the cause. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isDiskFull(error)) {
    return 'The disk is full: nothing of what was being written is kept. Free some space, then do the same again.';
  }
  if (error instanceof TablesOutdated) return error.message;
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join('; ');
  return error.cause === undefined ? error.message || error.name : describeFailure(error.cause);
}
