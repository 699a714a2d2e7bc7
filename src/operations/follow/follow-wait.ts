/** How long to wait until the next look may be due. */
import type { FollowReport } from '../operations.ts';

/** Another process may have looked, or the clock been set: so often the database is asked. */
const MOST_MILLISECONDS = 5_000;
const LEAST_MILLISECONDS = 200;

/** Milliseconds; `most` for who cannot ask at no cost. */
export function followWait({ nextAt }: Pick<FollowReport, 'nextAt'>, most = MOST_MILLISECONDS): number {
  const left = nextAt === null ? MOST_MILLISECONDS : Date.parse(nextAt) - Date.now();
  return Math.min(most, Math.max(LEAST_MILLISECONDS, left));
}
