/** A failure in a sentence for the person who asked: the reason that the database gave, never the SQL that was run. */

/** Drizzle wraps what the database said; the reason is in the cause. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isDiskFull(error)) {
    return 'The disk is full: nothing of what was being written is kept. Free some space, then do the same again.';
  }
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join('; ');
  return error.cause === undefined ? error.message || error.name : describeFailure(error.cause);
}

/** The disk may be that of the database server; PostgreSQL's code for it is 53100. */
function isDiskFull(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return true;
  if (/no space left on device|disk quota exceeded|\bENOSPC\b/i.test(error.message)) return true;
  return error.cause instanceof Error && isDiskFull(error.cause);
}
