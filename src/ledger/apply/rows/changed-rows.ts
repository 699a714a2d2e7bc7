/** The rows by which two lists of one kind differ: what a list can change begins with them. */
import { type SQL, sql } from 'drizzle-orm';
import { snapshotRows, sourceRows } from '../../../../schema/tables/snapshots.ts';
import { plausibleYears } from '../../../intake/row/plausible-signed-on.ts';
import type { Publication } from '../lists/publication.ts';

/**
 * Ids of rows that only one of the two prints, or prints more often, and of rows of `list` whose SIGNED is plausible on
 * only one of them. All of `list` where there is no other.
 */
export function changedRows(
  list: Pick<Publication, 'number' | 'publishedAt'>,
  other: Pick<Publication, 'number' | 'publishedAt'> | null,
): SQL {
  if (other === null) return rowsOf(list.number);
  const [last = '', later = ''] = [list, other].map(({ publishedAt }) => plausibleYears(publishedAt).last).sort();
  return sql`(${rowsOf(list.number)} except all ${rowsOf(other.number)})
    union all (${rowsOf(other.number)} except all ${rowsOf(list.number)})
    ${last === later ? sql`` : sql`union all (${rowsOf(list.number)} and ${signedAfter(last)})`}`;
}

const rowsOf = (number: number): SQL =>
  sql`select source_row_id from ${snapshotRows} where snapshot_number = ${number}::int`;

const signedAfter = (day: string): SQL =>
  sql`source_row_id in (select id from ${sourceRows} where signed_on > ${day}::date)`;
