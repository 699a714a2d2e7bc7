/**
 * SIGNED that can be read and cannot be true: a day on which there was no such model, mostly by a slip in the year.
 * `signedOn` stays what is printed; what is likely is said beside it. Days are `YYYY-MM-DD`.
 */
import type { Model } from '../../../schema/enums.ts';

/** The task-force model ended on 2012-12-31 and was restored on 2025-01-20. */
const WITHOUT_TASK_FORCE = { first: '2013-01-01', last: '2025-01-19' } as const;

/** Whether nobody can have signed an agreement of that model on that day. */
export const isImpossible = (model: Model, signedOn: string): boolean =>
  model === 'TASK_FORCE' && signedOn >= WITHOUT_TASK_FORCE.first && signedOn <= WITHOUT_TASK_FORCE.last;

/** The same day of the latest year in which it can have been signed before the list; null where there is none. */
export function likelySignedOn(signedOn: string, publishedOn: string): string | null {
  for (let year = Number(publishedOn.slice(0, 4)); year >= Number(WITHOUT_TASK_FORCE.last.slice(0, 4)); year -= 1) {
    const day = inYear(signedOn, year);
    if (day !== null && day <= publishedOn && day > WITHOUT_TASK_FORCE.last) return day;
  }
  return null;
}

/** An agreement is on the list within days of its signing, rarely weeks. */
const FIRST_LISTED_DAYS = 60;

/** One year later, where that is within the 60 days before it was first listed: so the year is a slip. Else null. */
export function oneYearLater(signedOn: string, firstListedOn: string): string | null {
  const later = inYear(signedOn, Number(signedOn.slice(0, 4)) + 1);
  if (later === null || later > firstListedOn) return null;
  return Date.parse(firstListedOn) - Date.parse(later) <= FIRST_LISTED_DAYS * 86_400_000 ? later : null;
}

/** 29 February has no day in most years. */
function inYear(day: string, year: number): string | null {
  const moved = `${year}${day.slice(4)}`;
  const time = new Date(`${moved}T00:00:00Z`);
  return Number.isNaN(time.getTime()) || time.toISOString().slice(0, 10) !== moved ? null : moved;
}
