/** Reads a time of publication from the command line. */
import { InvalidArgumentError } from 'commander';
import { parseGivenInstant } from '../intake/published-at.ts';
import { isAhead, itselfLimits } from '../ledger/derive/guard/guard-itself.ts';

const FIRST_YEAR = '1996';

/** Returns ISO 8601 in UTC; a day means noon in New York. */
export function readInstant(text: string): string {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseGivenInstant(text) : null;
  if (instant === null) {
    throw new InvalidArgumentError('It must be a day or an instant, such as 2026-02-02 or 2026-02-02T09:00:00-05:00.');
  }
  if (instant < FIRST_YEAR) throw new InvalidArgumentError(`Section 287(g) is of ${FIRST_YEAR}.`);
  // It would stand as the newest list until that day, and what is published before would be history.
  if (isAhead(instant, new Date().toISOString())) {
    throw new InvalidArgumentError(`It is more than ${itselfLimits.daysAhead.holdAbove} days in the future.`);
  }
  return instant;
}
