/** Calendar days where ICE publishes: every day of the ledger is a day in America/New_York. */
import { DateTime } from 'luxon';

export const LEDGER_ZONE = 'America/New_York';

/** `YYYY-MM-DD` of an instant, ISO 8601. */
export function newYorkDay(instant: string | Date): string {
  const time = instant instanceof Date ? instant : new Date(instant);
  const { year, month, day } = DateTime.fromJSDate(time, { zone: LEDGER_ZONE });
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The instant, ISO 8601 in UTC, of a full hour on a day there; null when there is no such day. */
export function newYorkInstant(year: number, month: number, day: number, hour: number): string | null {
  const time = DateTime.fromObject({ year, month, day, hour }, { zone: LEDGER_ZONE });
  return time.isValid ? time.toJSDate().toISOString() : null;
}

const DAY_MILLISECONDS = 86_400_000;

/** Whole days from one `YYYY-MM-DD` to another; negative where the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MILLISECONDS);
}
