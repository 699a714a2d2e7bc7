/** When a list was published, and what tells us: the operator, the server, the file's name, the workbook, or nothing. */
import { DateTime } from 'luxon';
import type { PublishedAtBasis } from '../../schema/enums.ts';
import type { FileFacts } from './list.ts';
import { LEDGER_ZONE, newYorkInstant } from './new-york.ts';

export interface Publication {
  publishedAt: string;
  publishedAtBasis: PublishedAtBasis;
}

/** The first of the witnesses that says something readable; `modifiedAt` is the workbook's own, null for text. */
export function publicationOf(facts: FileFacts, modifiedAt: string | null): Publication {
  if (facts.publishedAt !== undefined) {
    const given = parseGivenInstant(facts.publishedAt);
    if (given === null) throw new RangeError(`not a time of publication: ${facts.publishedAt}`);
    return { publishedAt: given, publishedAtBasis: 'GIVEN' };
  }
  const served = facts.lastModified === undefined ? null : parseLastModified(facts.lastModified);
  if (served !== null) return { publishedAt: served, publishedAtBasis: 'LAST_MODIFIED' };
  const named = publishedAtOfFileName(facts.fileName);
  if (named !== null) return { publishedAt: named, publishedAtBasis: 'FILE_NAME' };
  if (modifiedAt !== null) return { publishedAt: modifiedAt, publishedAtBasis: 'WORKBOOK' };
  return { publishedAt: new Date(facts.receivedAt).toISOString(), publishedAtBasis: 'INGESTED' };
}

/** The operator's word in UTC: ISO 8601, in New York where it names no zone, at noon where it is a day; else null. */
export function parseGivenInstant(text: string): string | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = DateTime.fromISO(isDay ? `${text}T12:00` : text, { zone: LEDGER_ZONE });
  return time.isValid ? time.toJSDate().toISOString() : null;
}

const hours = { am: 9, mid: 12, pm: 16, none: 12 } as const;

/** The `YYYY-MM-DD[am|mid|pm]` prefix of the name; an impossible day is no date. */
export function publishedAtOfFileName(fileName: string): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})(am|mid|pm)?(?!\d)/i.exec(fileName);
  if (match === null) return null;
  const part = match[4]?.toLowerCase();
  const hour = part === 'am' || part === 'mid' || part === 'pm' ? hours[part] : hours.none;
  return newYorkInstant(Number(match[1]), Number(match[2]), Number(match[3]), hour);
}

function parseLastModified(text: string): string | null {
  const http = DateTime.fromHTTP(text);
  const time = http.isValid ? http : DateTime.fromISO(text, { zone: 'utc' });
  return time.isValid ? time.toJSDate().toISOString() : null;
}
