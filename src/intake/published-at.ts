/** When a list was published, and what tells us: the operator, the server, the file's name, the workbook, or nothing. */
import { DateTime } from 'luxon';
import type { PublishedAtBasis } from '../../schema/enums.ts';
import { publishedAtOfFileName, publishedAtOfPublisherName } from './file-name-day.ts';
import { daysBetween, LEDGER_ZONE, newYorkDay } from './new-york.ts';
import type { FileFacts } from './table/list.ts';

export interface Publication {
  publishedAt: string;
  publishedAtBasis: PublishedAtBasis;
}

/** What the file itself says against a day. */
export interface Contents {
  /** The workbook's dcterms:modified; null for a text table. */
  modifiedAt: string | null;
  /** Rows signed after the day of an instant. */
  signedAfter: (instant: string) => number;
}

export const nothingRead: Contents = { modifiedAt: null, signedAfter: () => 0 };

/** The first of the witnesses that says something readable and that the file does not contradict. */
export function publicationOf(facts: FileFacts, contents: Contents): Publication {
  if (facts.believed !== undefined) return facts.believed;
  if (facts.publishedAt !== undefined) {
    const given = parseGivenInstant(facts.publishedAt);
    if (given === null) throw new RangeError(`not a time of publication: ${facts.publishedAt}`);
    return { publishedAt: given, publishedAtBasis: 'GIVEN' };
  }
  const served = facts.lastModified === undefined ? null : parseLastModified(facts.lastModified);
  if (served !== null) return { publishedAt: served, publishedAtBasis: 'LAST_MODIFIED' };
  const named = publishedAtOfFileName(facts.fileName);
  if (named !== null) return { publishedAt: named, publishedAtBasis: 'FILE_NAME' };
  const printed = publishedAtOfPublisherName(facts.fileName);
  if (printed !== null && agrees(printed, contents)) {
    return { publishedAt: printed, publishedAtBasis: 'PUBLISHER_FILE_NAME' };
  }
  const { modifiedAt } = contents;
  if (modifiedAt !== null) return { publishedAt: modifiedAt, publishedAtBasis: 'WORKBOOK' };
  return { publishedAt: new Date(facts.receivedAt).toISOString(), publishedAtBasis: 'INGESTED' };
}

/** Days from saving to posting: 4 at most over the archive. */
const LONGEST_WAIT_DAYS = 8;
/** A workbook so much younger than its name was saved again long after it was posted. */
const SAVED_AGAIN_DAYS = 60;
/** Rows signed after the day of publication: none in the archive. */
const MOST_SIGNED_AFTER = 2;

/** Whether the file may have been published on the day that the publisher's own name gives. */
function agrees(named: string, { modifiedAt, signedAfter }: Contents): boolean {
  if (signedAfter(named) > MOST_SIGNED_AFTER) return false;
  if (modifiedAt === null) return true;
  const [saved, day] = [newYorkDay(modifiedAt), newYorkDay(named)];
  const waited = daysBetween(saved, day);
  // 2026-01-06 was named 01062025: in January the year before is a slip, and no pending list has a SIGNED that says so.
  const nextYear = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  return isWait(waited) || (waited < -SAVED_AGAIN_DAYS && !isWait(daysBetween(saved, nextYear)));
}

const isWait = (days: number): boolean => days >= 0 && days <= LONGEST_WAIT_DAYS;

/**
 * What speaks against the day that is believed, a sentence each: another day in the name, a workbook that was saved
 * later or long before, agreements signed afterwards.
 */
export function contradictionsOf({ publishedAt }: Publication, fileName: string, contents: Contents): string[] {
  const { modifiedAt, signedAfter } = contents;
  const day = newYorkDay(publishedAt);
  const found: string[] = [];
  const names = [
    ['begins with', publishedAtOfFileName(fileName)],
    ['has the publisher’s day', publishedAtOfPublisherName(fileName)],
  ] as const;
  for (const [what, instant] of names) {
    // Captures are named by the day in UTC.
    if (instant === null || Math.abs(daysBetween(day, newYorkDay(instant))) <= 1) continue;
    found.push(`The file’s name ${what} ${newYorkDay(instant)}, the list is taken as published on ${day}.`);
  }
  if (modifiedAt !== null) {
    const saved = newYorkDay(modifiedAt);
    const waited = daysBetween(saved, day);
    // One that was saved again long afterwards proves nothing.
    if (waited < 0 && waited >= -SAVED_AGAIN_DAYS)
      found.push(`The workbook was saved on ${saved}, after the day of publication, ${day}.`);
    if (waited > LONGEST_WAIT_DAYS) found.push(`The workbook was saved on ${saved}, ${waited} days before ${day}.`);
  }
  const later = signedAfter(publishedAt);
  if (later > 0)
    found.push(`${later} ${later === 1 ? 'row is' : 'rows are'} signed after the day of publication, ${day}.`);
  return found;
}

/** The operator's word in UTC: ISO 8601, in New York where it names no zone, at noon where it is a day; else null. */
export function parseGivenInstant(text: string): string | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = DateTime.fromISO(isDay ? `${text}T12:00` : text, { zone: LEDGER_ZONE });
  return time.isValid ? time.toJSDate().toISOString() : null;
}

function parseLastModified(text: string): string | null {
  const http = DateTime.fromHTTP(text);
  const time = http.isValid ? http : DateTime.fromISO(text, { zone: 'utc' });
  return time.isValid ? time.toJSDate().toISOString() : null;
}
