/**
 * When the sample lists were published: the days on which real ones were, with the bursts, the list saved again and
 * the list taken back. The dates decide the header generation, so they stand here too.
 */
import { DateTime } from 'luxon';

export interface CalendarEntry {
  kind: 'PARTICIPATING' | 'PENDING';
  /** Calendar day in America/New_York. */
  day: string;
  part: '' | 'am' | 'mid' | 'pm';
  /** The day whose table this list prints once more. */
  repeats?: string;
}

/** Lists of the default ledger, in publication order. */
const published: readonly CalendarEntry[] = [
  { kind: 'PARTICIPATING', day: '2024-06-30', part: '' },
  { kind: 'PARTICIPATING', day: '2024-12-11', part: '', repeats: '2024-06-30' },
  { kind: 'PARTICIPATING', day: '2025-02-21', part: '' },
  { kind: 'PARTICIPATING', day: '2025-02-26', part: '' },
  { kind: 'PARTICIPATING', day: '2025-03-17', part: '' },
  { kind: 'PARTICIPATING', day: '2025-04-28', part: 'am' },
  { kind: 'PARTICIPATING', day: '2025-05-16', part: 'am' },
  { kind: 'PENDING', day: '2025-05-16', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-06-17', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-07-09', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-08-07', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-08-08', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-08-11', part: 'am', repeats: '2025-08-07' },
  { kind: 'PENDING', day: '2025-08-27', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-09-02', part: 'pm' },
  { kind: 'PENDING', day: '2025-10-16', part: 'am' },
  { kind: 'PARTICIPATING', day: '2025-10-17', part: 'mid' },
  { kind: 'PARTICIPATING', day: '2025-11-14', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-12-05', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2025-12-30', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-01-26', part: 'pm' },
  { kind: 'PARTICIPATING', day: '2026-02-02', part: 'am' },
  { kind: 'PENDING', day: '2026-02-03', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-11', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-12', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-13', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-14', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-15', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-16', part: 'am' },
  { kind: 'PARTICIPATING', day: '2026-02-17', part: 'pm' },
];

export const publishedLists = published.length;

/** The published lists, followed by one a day for every list asked for beyond them. */
export function layCalendar(lists: number): CalendarEntry[] {
  const last = DateTime.fromISO('2026-02-17', { zone: 'utc' });
  const further = Array.from(
    { length: Math.max(0, lists - publishedLists) },
    (_, index): CalendarEntry => ({
      kind: 'PARTICIPATING',
      day: last.plus({ days: index + 1 }).toFormat('yyyy-MM-dd'),
      part: 'am',
    }),
  );
  return [...published, ...further];
}

/** The instant that the file name's prefix stands for, ISO 8601 in UTC. */
export function publishedAt({ day, part }: CalendarEntry): string {
  const hour = { am: 9, mid: 12, pm: 16, '': 12 }[part];
  return DateTime.fromISO(day, { zone: 'America/New_York' }).set({ hour }).toUTC().toJSDate().toISOString();
}

/** As on the real lists: `2026-02-02am_participating__sampleAgencies02022026am.xlsx`. */
export function fileName({ kind, day, part }: CalendarEntry): string {
  const [year, month, date] = day.split('-');
  return `${day}${part}_${kind.toLowerCase()}__sampleAgencies${month}${date}${year}${part}.xlsx`;
}

/** The header of a list of that day. */
export function columnsOf({ kind, day }: CalendarEntry): readonly Column[] {
  if (kind === 'PENDING') return ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'COUNTY', 'SUPPORT TYPE'];
  if (day < '2025-02-21') return ['STATE', 'LAW ENFORCEMENT AGENCY', 'SUPPORT TYPE', 'SIGNED', 'MOA'];
  if (day < '2025-03-17') return ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'SUPPORT TYPE', 'SIGNED', 'MOA'];
  const columns = ['STATE', 'LAW ENFORCEMENT AGENCY', 'TYPE', 'COUNTY', 'SUPPORT TYPE', 'SIGNED', 'MOA'] as const;
  return day < '2025-06-27' ? columns : [...columns, 'ADDENDUM'];
}

export type Column =
  | 'STATE'
  | 'LAW ENFORCEMENT AGENCY'
  | 'TYPE'
  | 'COUNTY'
  | 'SUPPORT TYPE'
  | 'SIGNED'
  | 'MOA'
  | 'ADDENDUM';
