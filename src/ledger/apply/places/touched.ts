/**
 * Which agencies a new list can change: what makes ingest cost what changed, not what is listed. They are the agencies
 * of rows that only this list or only the one before it prints, those that a link, a shared memorandum, the words of a
 * name, an open absence or a name about to change ties to it, and those that the one before did not print but kept listed by rows that cannot
 * be read. The names stay in the database, in a table of the transaction.
 */
import { type SQL, sql } from 'drizzle-orm';
import { agencies, agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements } from '../../../../schema/tables/agreements.ts';
import { snapshotRows, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { selectRecords } from '../../../database/records.ts';
import { aliases } from '../../derive/names/aliases.ts';
import type { NameDecision } from '../../derive/names/identity-links.ts';
import type { Publication } from '../lists/publication.ts';
import { hasUnreadable, notPrinted } from '../rows/unreadable-rows.ts';
import { countyInPlace, wordsOf } from './load-places.ts';

/** What a list touches in one place. */
export interface TouchedPlace {
  placeCode: string;
  rows: number;
  /** No agency is touched that the ledger has: the names are all new, and nothing of them can have vanished. */
  allNew: boolean;
}

/** Names in `touched_names`, agencies in `touched_agencies`, the list's rows in `touched_rows`, until the transaction ends. */
export async function findTouched(
  tx: Transaction,
  list: Pick<Publication, 'number' | 'kind'>,
  before: Pick<Publication, 'number'> | null,
  decisions: readonly NameDecision[],
): Promise<TouchedPlace[]> {
  await tx.execute(sql`drop table if exists touched_names, touched_agencies, touched_rows`);
  const rowsOf = (number: number): SQL =>
    sql`select source_row_id from ${snapshotRows} where snapshot_number = ${number}::int`;
  const earlier = before === null ? sql`select null::bigint where false` : rowsOf(before.number);
  await tx.execute(sql`create temporary table touched_names on commit drop as
    select distinct row.place_code, row.name_key, row.memorandum_url
    from ((${rowsOf(list.number)} except ${earlier}) union all (${earlier} except ${rowsOf(list.number)})) changed
    join ${sourceRows} row on row.id = changed.source_row_id
    where row.place_code is not null and row.name_key is not null and row.model is not null`);
  await linkNames(tx, decisions);
  await tx.execute(sql`create temporary table touched_agencies on commit drop as
    select name.agency_id, name.place_code from ${agencyNames} name
    join touched_names touched on touched.place_code = name.place_code and touched.name_key = name.name_key
    union
    select agreement.agency_id, agreement.place_code from ${agreements} agreement
    where agreement.derived and agreement.merged_into is null
      and (agreement.status = 'UNLISTED' or (agreement.status = 'PENDING' and agreement.pending_unlisted_at is not null))
    union
    select agreement.agency_id, agreement.place_code from ${agreements} agreement
    join touched_names touched
      on touched.place_code = agreement.place_code and touched.memorandum_url = agreement.memorandum_url
    where agreement.derived and agreement.merged_into is null
    union
    select id, place_code from ${agencies} where respelt_key is not null and derived and merged_into is null`);
  if (before !== null && (await hasUnreadable(tx, before.number))) {
    await tx.execute(sql`insert into touched_agencies (agency_id, place_code)
      select distinct agency_id, place_code from (${notPrinted(list.kind, before.number)}) shielded
      where agency_id not in (select agency_id from touched_agencies)`);
  }
  await tx.execute(sql`insert into touched_agencies (agency_id, place_code)
    select distinct name.agency_id, name.place_code from (
      select distinct touched.place_code, touched.name_key from touched_names touched
      where not exists (select 1 from ${agencyNames} known
        where known.place_code = touched.place_code and known.name_key = touched.name_key)) new
    join ${agencyNames} name on name.place_code = new.place_code and length(name.name_key) = length(new.name_key)
    where ${wordsOf(sql`name.name_key`)} = ${wordsOf(sql`new.name_key`)}`);
  await tx.execute(sql`insert into touched_names (place_code, name_key)
    select name.place_code, name.name_key from ${agencyNames} name
    join touched_agencies agency on agency.agency_id = name.agency_id`);
  // Found once: with each round of places again, a long list would be read as often as it has rounds.
  await tx.execute(sql`create temporary table touched_rows on commit drop as
    select printed.row_number, row.place_code, row.name_key, row.agency_name, row.model, row.agency_type,
      row.type_printed, ${countyInPlace} as county_fips, null::text as moved_from, row.signed_on, row.signed_printed, row.memorandum_url, row.addendum_url
    from ${snapshotRows} printed
    join ${sourceRows} row on row.id = printed.source_row_id
    where printed.snapshot_number = ${list.number}::int and row.model is not null
      and (row.place_code, row.name_key) in (select place_code, name_key from touched_names)`);
  await tx.execute(sql`create index touched_rows_idx on touched_rows (place_code)`);
  await tx.execute(sql`analyze touched_names, touched_agencies, touched_rows`);
  return selectRecords(
    tx,
    sql`select place_code as "placeCode", count(*)::int as rows,
      not exists (select 1 from touched_agencies agency where agency.place_code = touched.place_code) as "allNew"
      from touched_names touched group by place_code order by 1`,
  );
}

/** A name that an alias or a decision links to others brings them along. */
async function linkNames(tx: Transaction, decisions: readonly NameDecision[]): Promise<void> {
  const pairs = linkedNames(decisions);
  // Links of links: a group of names is rarely more than three.
  for (let round = 0; round < 3; round += 1) {
    await tx.execute(sql`insert into touched_names (place_code, name_key)
      select link.place, link.other from (
        select pair ->> 0 as place, pair ->> 1 as name, pair ->> 2 as other
          from jsonb_array_elements(${JSON.stringify(pairs)}::text::jsonb) pair
        union all
        select pair ->> 0, pair ->> 2, pair ->> 1
          from jsonb_array_elements(${JSON.stringify(pairs)}::text::jsonb) pair
      ) link
      where exists (
        select 1 from touched_names touched where touched.place_code = link.place and touched.name_key = link.name
      ) and not exists (
        select 1 from touched_names touched where touched.place_code = link.place and touched.name_key = link.other
      )`);
  }
}

/** Place, name and other name of every alias and decision. */
export function linkedNames(decisions: readonly NameDecision[]): [string, string, string][] {
  return [
    ...aliases.map(({ place, name, means }): [string, string, string] => [place, name, means]),
    ...decisions.flatMap(({ placeCode, leftKeys, rightKeys }) =>
      [...leftKeys, ...rightKeys].map((name): [string, string, string] => [placeCode, leftKeys[0] ?? name, name]),
    ),
  ];
}
