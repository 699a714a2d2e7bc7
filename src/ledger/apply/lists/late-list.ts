/**
 * Which places lists can change that were published before others in the ledger. The rest need no replay, so that late
 * lists cost what they change, not the whole archive.
 */
import { type SQL, sql } from 'drizzle-orm';
import { agencies, agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../../schema/tables/agreements.ts';
import { ledgerEvents } from '../../../../schema/tables/events.ts';
import { sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import { selectRecords } from '../../../database/records.ts';
import { changedRows } from '../rows/changed-rows.ts';
import { printedNames } from '../rows/printed-names.ts';
import { byPublication, type Publication, predecessor } from './publication.ts';

/** All of them where one of the lists is the first of its kind: with it begins what is known. */
export async function placesTheyCanChange(
  tx: Transaction,
  late: readonly Publication[],
  lists: readonly Publication[],
): Promise<string[]> {
  const places = new Set<string>();
  for (const list of late) {
    const before = predecessor(lists, list);
    if (before === null) return allPlaces(tx);
    const after = lists.find((each) => each.kind === list.kind && byPublication(each, list) > 0);
    for (const each of await placesOf(tx, list, after === undefined ? [before] : [before, after])) {
      // A row without a readable state may be of any.
      if (each === null) return allPlaces(tx);
      places.add(each);
    }
  }
  return [...places].sort();
}

/**
 * Where the list differs from its neighbours, where it is one more list without what was absent or with a name that an
 * agency does not go by yet, and where what was over waits anew.
 */
async function placesOf(
  tx: Transaction,
  list: Publication,
  neighbours: readonly Publication[],
): Promise<(string | null)[]> {
  const changed = neighbours.map((neighbour) => sql`(${changedRows(list, neighbour)})`);
  const rows = await selectRecords<{ placeCode: string | null }>(
    tx,
    sql`select row.place_code as "placeCode" from (${sql.join(changed, sql` union all `)}) changed
        join ${sourceRows} row on row.id = changed.source_row_id
      union ${placesThatWait(list.publishedAt)}
      union ${list.kind === 'PARTICIPATING' ? placesThatRespell(list) : placesThatWaitAnew(list)}`,
  );
  return rows.map(({ placeCode }) => placeCode);
}

/**
 * Where an absence was open at that instant: one more list without it counts. What an agency that was merged since
 * waited for is no longer stored, so its place is among them.
 */
const placesThatWait = (instant: string): SQL =>
  sql`select agreement.place_code from ${agreements} agreement
    join ${listings} stretch on stretch.agreement_id = agreement.id and stretch.unlisted_at <= ${instant}::timestamptz
    where agreement.derived and agreement.merged_into is null
      and not exists (select 1 from ${listings} again where again.agreement_id = agreement.id
        and again.kind = stretch.kind and again.listed_at > stretch.unlisted_at
        and again.listed_at < ${instant}::timestamptz)
      and not exists (select 1 from ${ledgerEvents} event where event.agreement_id = agreement.id
        and event.kind in ('AGREEMENT_ENDED', 'AGREEMENT_SUPERSEDED', 'PENDING_DROPPED')
        and (event.occurred_at > stretch.unlisted_at
          or (event.kind = 'AGREEMENT_SUPERSEDED' and event.occurred_at = stretch.unlisted_at))
        and event.occurred_at < ${instant}::timestamptz
        and not exists (select 1 from ${ledgerEvents} later where later.retracts = event.id))
      and not (stretch.kind = 'PENDING' and coalesce(agreement.first_listed_at < ${instant}::timestamptz, false))
    union
    select place_code from ${ledgerEvents} where kind = 'AGENCY_MERGED' and occurred_at >= ${instant}::timestamptz`;

/**
 * Where the list may print another name of an agency than the one that it had then: neither its name today, unless it
 * was renamed since, nor the one that it had first, unless it was renamed before. Of one that an operator named nobody
 * was told what lists call it, so nothing is known of it here.
 */
function placesThatRespell({ number, publishedAt }: Publication): SQL {
  const renamed = (when: SQL): SQL => sql`exists (select 1 from ${ledgerEvents} event
    where event.agency_id = agency.id and event.kind = 'AGENCY_RENAMED' and event.occurred_at ${when})`;
  return sql`select row.place_code from ${printedNames(number)}
    join ${agencies} agency on agency.id = name.agency_id
    where agency.listed_name is not null
      or ((row.name_key <> agency.name_key or ${renamed(sql`>= ${publishedAt}::timestamptz`)})
        and (${renamed(sql`<= ${publishedAt}::timestamptz`)} or exists (select 1 from ${agencyNames} other
          where other.agency_id = agency.id and other.name_key <> name.name_key
            and other.first_listed_at <= name.first_listed_at)))`;
}

/** Where an agency on a pending list had an agreement that was over by then: the row means the next one. */
const placesThatWaitAnew = ({ number, publishedAt }: Publication): SQL =>
  sql`select row.place_code from ${printedNames(number)}
    where exists (select 1 from ${ledgerEvents} event
      where event.agency_id = name.agency_id and event.occurred_at <= ${publishedAt}::timestamptz
        and event.kind in ('AGREEMENT_ENDED', 'AGREEMENT_SUPERSEDED'))`;

/** The places that any row names, or named before it was read otherwise. */
export async function allPlaces(tx: Transaction): Promise<string[]> {
  const rows = await selectRecords<{ placeCode: string }>(
    tx,
    sql`select place_code as "placeCode" from ${sourceRows} where place_code is not null
      union select place_code from ${agencies} order by 1`,
  );
  return rows.map(({ placeCode }) => placeCode);
}
