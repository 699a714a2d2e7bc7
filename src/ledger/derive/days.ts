/** Spans of time between days and between instants. */

export const DAY_MILLISECONDS = 86_400_000;

/** Whole days from one calendar day to another; negative when the second comes first. */
export function differenceInDays(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS);
}

/** True when at least so many times 24 hours lie between two instants. */
export function daysPassed(from: string, to: string, days: number): boolean {
  return Date.parse(to) - Date.parse(from) >= days * DAY_MILLISECONDS;
}
