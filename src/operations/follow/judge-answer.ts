/** What an answer in a list's place is: a list, or something else that changes nothing. */
import type { FollowOutcome } from '../../../schema/enums.ts';
import type { FetchedFile, Validators } from '../../follow/fetch-file.ts';
import { mediaTypeOf } from '../../intake/archive/file-format.ts';
import type { ReadResult } from '../../intake/table/list.ts';

/** A workbook without a list is for a person to see; what is none is the source's fault, and is asked again. */
export function whatElse(read: ReadResult, bytes: Uint8Array): { outcome: FollowOutcome; detail: string } | null {
  if (read.ok) return null;
  const { code, message } = read.rejection;
  const detail = `${code}: ${message}`;
  if (code === 'HTML_PAGE') return { outcome: 'WEB_PAGE', detail };
  if (code === 'DAMAGED_ARCHIVE' || code === 'UNFINISHED_TABLE') return { outcome: 'CUT_OFF', detail };
  if (code === 'TIMEOUT' || code === 'OUT_OF_MEMORY') return { outcome: 'TIMEOUT', detail };
  return mediaTypeOf(bytes).endsWith('.sheet') ? null : { outcome: 'NOT_A_WORKBOOK', detail };
}

/** A server that makes up Last-Modified as it answers says nothing of a posting. */
const MADE_UP_SECONDS = 60;

/** Whether the same bytes were posted again: a Last-Modified that is new, and was there before it was asked for. */
export function isPosting(
  { lastModified, date }: Pick<FetchedFile, 'lastModified' | 'date'>,
  known: Validators,
): boolean {
  if (lastModified === null || lastModified === known.lastModified) return false;
  const age = (Date.parse(date ?? '') - Date.parse(lastModified)) / 1_000;
  return age > MADE_UP_SECONDS;
}
