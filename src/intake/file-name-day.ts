/** What the name of a file says of the day on which the list in it was published. Instants are ISO 8601 in UTC. */
import { newYorkInstant } from './new-york.ts';

const hours = { am: 9, mid: 12, pm: 16, none: 12 } as const;

function hourOf(part: string | undefined): number {
  const known = part?.toLowerCase();
  return known === 'am' || known === 'mid' || known === 'pm' ? hours[known] : hours.none;
}

/** The `YYYY-MM-DD[am|mid|pm]` prefix of the name; an impossible day is no date. */
export function publishedAtOfFileName(fileName: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(am|mid|pm)?(?!\d)/i.exec(fileName);
  if (match === null) return null;
  return newYorkInstant(Number(match[1]), Number(match[2]), Number(match[3]), hourOf(match[4]));
}

/**
 * The day in the publisher's own name, wherever in the file's name that stands: month, day and year in two or four
 * digits with a part of the day, or the second of a capture in UTC. It is often wrong, so it is believed only with
 * what the file says.
 */
export function publishedAtOfPublisherName(fileName: string): string | null {
  const match =
    /(?:participating|pending)(?:agenc(?:y|ies)|entit(?:y|ies))[-_ ]?(\d{14}|\d{8}|\d{6})(?!\d)(am|mid|pm)?/i.exec(
      fileName,
    );
  const digits = match?.[1] ?? '';
  const two = (at: number): number => Number(digits.slice(at, at + 2));
  // participatingAgencies-20250221214937, ParticipatingEntities-20210113002027
  if (digits.length === 14) return captureInstant(digits);
  // participatingAgencies04212026am 12.15.07 AM
  if (digits.length === 8)
    return plausible(newYorkInstant(Number(digits.slice(4)), two(0), two(2), hourOf(match?.[2])));
  // 287gParticipatingAgencies091526pm, ParticipatingAgency091826am
  if (digits.length === 6) return plausible(newYorkInstant(2000 + two(4), two(0), two(2), hourOf(match?.[2])));
  return null;
}

function captureInstant(digits: string): string | null {
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = new Date(iso);
  // A 31 June would be read as 1 July.
  return Number.isNaN(time.getTime()) || time.toISOString() !== iso ? null : plausible(iso);
}

/** 2025-11-14 was named 11114025: such a name says nothing. */
const plausible = (instant: string | null): string | null => (instant !== null && /^20/.test(instant) ? instant : null);
