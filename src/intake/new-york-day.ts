/** Calendar days: every day in the ledger is a day in America/New_York, where the lists are published. */
import { DateTime } from 'luxon';

export const NEW_YORK = 'America/New_York';

/** The day, as `YYYY-MM-DD`, on which an ISO instant falls in New York. */
export function newYorkDay(instant: string): string {
  return DateTime.fromISO(instant, { zone: NEW_YORK }).toFormat('yyyy-MM-dd');
}
