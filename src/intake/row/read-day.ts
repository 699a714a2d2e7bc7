/**
 * SIGNED: a calendar day. Date cells print as their ISO day; the rest is text that somebody typed.
 * Any well-formed day is read, however unlikely: `plausible-signed-on` judges it against the list.
 */

import type { Reading } from '../table/reading.ts';
import { tidyText } from '../vocabulary/printed-text.ts';

/** `YYYY-MM-DD` of the printed day. */
export function readDay(printed: string): Reading<string> {
  const text = tidyText(printed);
  const iso = /^(\d{4,6})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(text);
  if (iso) return dayOf(iso[1], iso[2], iso[3]);
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4,6})$/.exec(text);
  if (american) return dayOf(american[3], american[1], american[2]);
  // 2025-05-16 `05/082025`, 2025-07 `7/72025`, 2025-09 `8/282025`
  const missingSlash = /^(\d{1,2})\/(\d{1,2})(\d{4})$/.exec(text);
  if (missingSlash) return dayOf(missingSlash[3], missingSlash[1], missingSlash[2], 'missing-slash');
  if (/^\d{5}$/.test(text)) return dayOfSerial(Number(text));
  return unreadable('Not a calendar day.');
}

/** The day that a serial number of the 1900 date system means: what a cell holds that lost its date format. */
function dayOfSerial(serial: number): Reading<string> {
  const day = new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10);
  return { value: day, rule: 'excel-serial' };
}

function dayOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  rule?: string,
): Reading<string> {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y > 9999) return unreadable('A year above 9999.');
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return unreadable('No such day in the calendar.');
  const value = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
  return rule === undefined ? { value } : { value, rule };
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function unreadable(reason: string): Reading<string> {
  return { value: null, problem: { code: 'UNREADABLE_DATE', reason } };
}
