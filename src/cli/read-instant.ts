/** A time of publication as an operator types it. */
import { InvalidArgumentError } from 'commander';
import { parseGivenInstant } from '../intake/published-at.ts';

const FIRST_YEAR = '1996';

/** ISO 8601 in UTC. A day is its noon in New York. */
export function readInstant(text: string): string {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseGivenInstant(text) : null;
  if (instant === null) {
    throw new InvalidArgumentError('It must be a day or an instant, such as 2026-02-02 or 2026-02-02T09:00:00-05:00.');
  }
  if (instant < FIRST_YEAR) throw new InvalidArgumentError(`Section 287(g) is of ${FIRST_YEAR}.`);
  // It would stand as the newest list until that day, and what is published before would be history.
  if (instant > new Date().toISOString()) throw new InvalidArgumentError('It is in the future.');
  return instant;
}
