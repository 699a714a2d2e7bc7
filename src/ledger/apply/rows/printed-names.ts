/** The names of agencies that a list prints. */
import { type SQL, sql } from 'drizzle-orm';
import { agencyNames } from '../../../../schema/tables/agencies.ts';
import { snapshotRows, sourceRows } from '../../../../schema/tables/snapshots.ts';

/** For a `from`: each `row` of a list that prints a known `name` of an agency. */
export const printedNames = (number: number): SQL => sql`${snapshotRows} printed
  join ${sourceRows} row on row.id = printed.source_row_id and printed.snapshot_number = ${number}::int
  join ${agencyNames} name on name.place_code = row.place_code and name.name_key = row.name_key`;
