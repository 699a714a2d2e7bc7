/** What the day of a list's publication says of the SIGNED of its rows. */
import type { PrintedCell } from '../../../schema/tables/snapshots.ts';
import { newYorkDay } from '../new-york.ts';
import { fieldOfHeading } from '../table/headings.ts';
import type { ListRow, RowIssue } from '../table/list.ts';
import type { Spellings } from '../vocabulary/spellings.ts';
import { plausibleSignedOn } from './plausible-signed-on.ts';
import { isImpossible, likelySignedOn } from './unlikely-signed-on.ts';

/** None for a day that can be. `publishedAt` is an instant, ISO 8601. */
export function doubtfulDate(
  { rowNumber, cells, clean }: Pick<ListRow, 'rowNumber' | 'cells' | 'clean'>,
  publishedAt: string,
  spellings: Spellings,
): RowIssue[] {
  const { signedOn, model } = clean;
  if (signedOn === null) return [];
  const isPlausible = plausibleSignedOn(signedOn, publishedAt) !== null;
  if (isPlausible && (model === null || !isImpossible(model, signedOn))) return [];
  const where = { rowNumber, column: signedColumn(cells, spellings), printed: clean.signedPrinted };
  if (!isPlausible) {
    const reason = 'The year lies outside 1996 to the year after publication.';
    return [{ ...where, code: 'IMPLAUSIBLE_DATE', reason }];
  }
  const likely = likelySignedOn(signedOn, newYorkDay(publishedAt));
  const hint = likely === null ? '' : `; likely ${likely}`;
  const reason = `There was no task-force model from 2013-01-01 to 2025-01-19${hint}. It is kept as printed.`;
  return [{ ...where, code: 'UNLIKELY_DATE', reason }];
}

const signedColumn = (cells: readonly PrintedCell[], { headings }: Spellings): string | null =>
  cells.find(({ column }) => fieldOfHeading(column, headings) === 'signed')?.column ?? null;
