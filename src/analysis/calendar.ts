/** Calendar intervals: which day each begins with, and how many lie between two days. Days are `YYYY-MM-DD`. Pure. */

export const intervals = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
export type Interval = (typeof intervals)[number];

const DAY = 86_400_000;

/** The first day of the interval that holds a day. Weeks begin on Monday. */
export function startOfInterval(day: string, interval: Interval): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  if (interval === 'DAY') return day;
  if (interval === 'WEEK') return addDays(day, -((new Date(Date.parse(day)).getUTCDay() + 6) % 7));
  if (interval === 'MONTH') return dayOf(year, month);
  if (interval === 'QUARTER') return dayOf(year, month - ((month - 1) % 3));
  return dayOf(year, 1);
}

/** The first day of the interval after the one that begins with this day. */
export function nextInterval(start: string, interval: Interval): string {
  const [year = 0, month = 1] = start.split('-').map(Number);
  if (interval === 'DAY') return addDays(start, 1);
  if (interval === 'WEEK') return addDays(start, 7);
  if (interval === 'YEAR') return dayOf(year + 1, 1);
  const next = month + (interval === 'MONTH' ? 1 : 3);
  return next > 12 ? dayOf(year + 1, next - 12) : dayOf(year, next);
}

/** How many intervals it takes from the one that holds `from` to the one that holds `to`; negative when it comes first. */
export function countIntervals(from: string, to: string, interval: Interval): number {
  const [first, last] = [startOfInterval(from, interval), startOfInterval(to, interval)];
  const days = (Date.parse(last) - Date.parse(first)) / DAY;
  if (interval === 'DAY') return days + 1;
  if (interval === 'WEEK') return days / 7 + 1;
  const months = monthsOf(last) - monthsOf(first);
  return months / { MONTH: 1, QUARTER: 3, YEAR: 12 }[interval] + 1;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

function monthsOf(day: string): number {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return year * 12 + month;
}

function dayOf(year: number, month: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;
}
