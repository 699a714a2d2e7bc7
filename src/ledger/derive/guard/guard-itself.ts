/**
 * The check by what a list says of itself, which the first list and a pending one are asked too: its day
 * against the clock, the workbook and SIGNED, and how much of it can be read. Pure, with the clock given.
 */
import type { HoldReason } from '../../../../schema/tables/snapshots.ts';
import { newYorkDay } from '../../../intake/new-york.ts';
import type { ListFacts } from '../../../intake/table/list-facts.ts';
import { DAY_MILLISECONDS, differenceInDays } from '../days.ts';

/** Each limit beside the largest value of a list that ICE published; days, or rows. */
export const itselfLimits = {
  /** Genuine: 0. A list may be posted in another zone, or with a clock that is off. */
  daysAhead: { genuine: 0, holdAbove: 2 },
  /** Genuine: 0 rows. */
  signedAfter: { genuine: 0, holdAbove: 2 },
  /** Genuine: 22, on 2025-10-14. */
  daysSinceSigned: { genuine: 22, holdAbove: 44 },
  /** Genuine: 4, on 2026-03-27. */
  daysSinceSaved: { genuine: 4, holdAbove: 8 },
  /** Genuine: 1 row of a pending list, 0 of a participating one. */
  unreadableRows: { genuine: 1, holdAbove: 3 },
} as const;

/** The rules that ask it; UNKNOWN_STATES is of a list that an earlier build held. */
export const itselfRules: ReadonlySet<HoldReason['rule']> = new Set([
  ...(['PUBLISHED_AHEAD', 'PUBLISHED_TOO_EARLY', 'SIGNED_AFTER_PUBLICATION', 'STALE_FILE'] as const),
  ...(['UNREADABLE_ROWS', 'NOTHING_READABLE', 'UNKNOWN_STATES'] as const),
]);

/** The programme began later: no list of it is older. */
const FIRST_YEAR = 2007;

/** The reasons to hold the list, whatever was there before; `now` is an instant, ISO 8601. */
export function holdReasonsOf(facts: ListFacts, now: string): HoldReason[] {
  return [...reasonsOfTime(facts, now), ...reasonsOfReading(facts)];
}

/** Whether a time of publication is further ahead of the clock than a list may be; both ISO 8601. */
export const isAhead = (publishedAt: string, now: string): boolean =>
  daysAhead(publishedAt, now) > itselfLimits.daysAhead.holdAbove;

/** Whether a day, `YYYY-MM-DD`, is one of before the programme. */
export const isTooEarly = (day: string): boolean => Number(day.slice(0, 4)) < FIRST_YEAR;

const daysAhead = (publishedAt: string, now: string): number =>
  (Date.parse(publishedAt) - Date.parse(now)) / DAY_MILLISECONDS;

function reasonsOfTime(facts: ListFacts, now: string): HoldReason[] {
  const { publishedAt, signedAfter } = facts;
  const day = newYorkDay(publishedAt);
  const reasons: HoldReason[] = [];
  const ahead = daysAhead(publishedAt, now);
  if (isAhead(publishedAt, now)) {
    const message = `It would be published on ${day}, ${Math.floor(ahead)} days from now; what comes before would be history.`;
    reasons.push(reason('PUBLISHED_AHEAD', Math.floor(ahead), itselfLimits.daysAhead.holdAbove, message));
  }
  if (isTooEarly(day)) {
    const message = `It would be published on ${day}; there are no lists from before ${FIRST_YEAR}.`;
    reasons.push(reason('PUBLISHED_TOO_EARLY', Number(day.slice(0, 4)), FIRST_YEAR, message));
  }
  if (signedAfter > itselfLimits.signedAfter.holdAbove) {
    const message = `${signedAfter} rows are signed after ${day}, the day of publication: the day is too early.`;
    reasons.push(reason('SIGNED_AFTER_PUBLICATION', signedAfter, itselfLimits.signedAfter.holdAbove, message));
  }
  return [...reasons, ...reasonsOfAge(facts, day)];
}

/** An old file under a new date. A text table has no time of its own, and old agreements alone prove nothing. */
function reasonsOfAge({ modifiedAt, newestSignedOn }: ListFacts, day: string): HoldReason[] {
  if (modifiedAt === null || newestSignedOn === null) return [];
  const saved = newYorkDay(modifiedAt);
  const sinceSigned = differenceInDays(newestSignedOn, day);
  if (sinceSigned <= itselfLimits.daysSinceSigned.holdAbove) return [];
  if (differenceInDays(saved, day) <= itselfLimits.daysSinceSaved.holdAbove) return [];
  const message = `The newest agreement is signed on ${newestSignedOn} and the workbook saved on ${saved}: too old for ${day}.`;
  return [reason('STALE_FILE', sinceSigned, itselfLimits.daysSinceSigned.holdAbove, message)];
}

/** Those of them that another reading of its rows can make, or take away. */
export function reasonsOfReading({ rowCount, unreadableRows }: ListFacts): HoldReason[] {
  const limit = itselfLimits.unreadableRows.holdAbove;
  if (rowCount > 0 && unreadableRows === rowCount) {
    const message = `Of none of the ${rowCount} rows can the state, the agency and the model be read.`;
    return [reason('NOTHING_READABLE', unreadableRows, limit, message)];
  }
  if (unreadableRows <= limit) return [];
  const message = `The state, the agency or the model of ${unreadableRows} rows cannot be read; more than ${limit} needs a person.`;
  return [reason('UNREADABLE_ROWS', unreadableRows, limit, message)];
}

const reason = (rule: HoldReason['rule'], count: number, limit: number, message: string): HoldReason => ({
  ...{ rule, count, limit, place: null, message },
});
