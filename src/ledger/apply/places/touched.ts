/**
 * Which agencies a new list can change: what makes ingest cost what changed, not what is listed. They are the agencies
 * of rows by which this list differs from the one before it, those that a link, a shared memorandum, the words of a
 * name, an open absence or a name about to change ties to it, those that the one before did not print but kept listed by
 * rows that cannot be read, and of a pending list those of which an agreement is over: lists of the other kind may have
 * ended it since. The names stay in the database, in a table of the transaction.
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
import { changedRows } from '../rows/changed-rows.ts';
import { printedNames } from '../rows/printed-names.ts';
import { hasUnreadable, notPrinted } from '../rows/unreadable-rows.ts';
import { countyInPlace, wordsOf } from './load-places.ts';

/** What a list touches in one place. */
export interface TouchedPlace {
  placeCode: string;
  rows: number;
  /** No agency is touched that the ledger has: the names are all new, and nothing of them can have vanished. */
  allNew: boolean;
}

/** What a list touches, and from where its rows are read. */
export interface Touched {
  places: TouchedPlace[];
  /** The list's rows of the names that it touches, as {@link loadRows} reads them. */
  rows: SQL;
}

/**
 * Names in `touched_names`, agencies in `touched_agencies`, until the transaction ends. Found for `namesAtOnce` names a
 * round.
 */
export async function findTouched(
  tx: Transaction,
  list: Publication,
  before: Publication | null,
  decisions: readonly NameDecision[],
  namesAtOnce: number,
): Promise<Touched> {
  await tx.execute(sql`drop table if exists touched_names, touched_agencies, touched_rows`);
  await findNames(tx, list, before, decisions);
  await findAgencies(tx, list, before);
  await tx.execute(sql`insert into touched_names (place_code, name_key)
    select name.place_code, name.name_key from ${agencyNames} name
    join touched_agencies agency on agency.agency_id = name.agency_id`);
  const places = await selectRecords<TouchedPlace>(
    tx,
    sql`select place_code as "placeCode", count(*)::int as rows,
      not exists (select 1 from touched_agencies agency where agency.place_code = touched.place_code) as "allNew"
      from touched_names touched group by place_code order by 1`,
  );
  const rows = sql`(select printed.row_number, row.place_code, row.name_key, row.agency_name, row.model,
      row.agency_type, row.type_printed, ${countyInPlace} as county_fips, null::text as moved_from, row.signed_on,
      row.signed_printed, row.memorandum_url, row.addendum_url
    from ${snapshotRows} printed
    join ${sourceRows} row on row.id = printed.source_row_id
    where printed.snapshot_number = ${list.number}::int and row.model is not null
      and (row.place_code, row.name_key) in (select place_code, name_key from touched_names))`;
  const names = places.reduce((sum, place) => sum + place.rows, 0);
  if (names <= namesAtOnce) return { places, rows };
  // Found once: with each round of places again, a long list would be read as often as it has rounds.
  await tx.execute(sql`create temporary table touched_rows on commit drop as select * from ${rows} found`);
  await tx.execute(sql`create index touched_rows_idx on touched_rows (place_code)`);
  await tx.execute(sql`analyze touched_names, touched_agencies, touched_rows`);
  return { places, rows: sql`touched_rows` };
}

/** The names of rows by which the two lists differ, and those that an alias or a decision links to them. */
async function findNames(
  tx: Transaction,
  list: Publication,
  before: Publication | null,
  decisions: readonly NameDecision[],
): Promise<void> {
  const pairs = JSON.stringify(linkedNames(decisions));
  await tx.execute(sql`create temporary table touched_names on commit drop as
    with recursive printed as materialized (
      select distinct row.place_code, row.name_key, row.memorandum_url
      from (${changedRows(list, before)}) changed
      join ${sourceRows} row on row.id = changed.source_row_id
      where row.place_code is not null and row.name_key is not null and row.model is not null
    ), link as materialized (
      select pair ->> 0 as place_code, pair ->> side.from as name_key, pair ->> side.to as other
      from jsonb_array_elements(${pairs}::text::jsonb) pair, (values (1, 2), (2, 1)) side("from", "to")
    ), linked as (
      select place_code, other as name_key from link
      where exists (select 1 from printed where printed.place_code = link.place_code and printed.name_key = link.name_key)
      union
      select link.place_code, link.other from linked join link using (place_code, name_key)
    )
    select place_code, name_key, memorandum_url from printed
    union all select place_code, name_key, null from linked
      where not exists (select 1 from printed where printed.place_code = linked.place_code and printed.name_key = linked.name_key)`);
}

/** The agencies of these names, and those that a list may change without naming them. */
async function findAgencies(tx: Transaction, list: Publication, before: Publication | null): Promise<void> {
  const shielded =
    before === null
      ? sql``
      : sql`union select agency_id, place_code from (${notPrinted(before.kind, before.number)}) shielded
          where (${hasUnreadable(before.number)})`;
  const waitAnew =
    list.kind === 'PENDING'
      ? sql`union select agreement.agency_id, agreement.place_code from ${printedNames(list.number)}
          join ${agreements} agreement on agreement.agency_id = name.agency_id and agreement.model = row.model
          where agreement.derived and agreement.merged_into is null
            and agreement.status in ('ENDED', 'SUPERSEDED')`
      : sql``;
  // New names are found first, and each once: their words are compared with those of all names of their place.
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
    select id, place_code from ${agencies} where respelt_key is not null and derived and merged_into is null
    union
    select name.agency_id, name.place_code from (
      select distinct touched.place_code, touched.name_key from touched_names touched
      where not exists (select 1 from ${agencyNames} known
        where known.place_code = touched.place_code and known.name_key = touched.name_key)) new
    join ${agencyNames} name on name.place_code = new.place_code and length(name.name_key) = length(new.name_key)
    where ${wordsOf(sql`name.name_key`)} = ${wordsOf(sql`new.name_key`)}
    ${waitAnew} ${shielded}`);
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
