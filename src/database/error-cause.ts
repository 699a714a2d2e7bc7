/** What is behind an error of the database: drizzle wraps what the driver said, and the driver what the system did. */

/** The innermost code: PostgreSQL's SQLSTATE, or the system's such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return codeOf(error.cause) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
}

/** Of the driver and the system, where a database server is not reached or its connection was lost. */
export const awayCodes: ReadonlySet<string> = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
]);

/** The disk may be that of the database server; PostgreSQL's code for it is 53100. */
export function isDiskFull(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return true;
  if (/no space left on device|disk quota exceeded|\bENOSPC\b/i.test(error.message)) return true;
  return error.cause instanceof Error && isDiskFull(error.cause);
}
