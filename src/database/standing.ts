/**
 * How agencies stand, as SQL over agencies, agreements and listings: the one definition of every count. What is kept
 * in `standing_counts` and `standing_changes` is the sum of this over all agencies; counts under a filter that is not
 * kept are this over the agencies that it names. A change here needs a migration that counts anew: what is taken out of
 * the kept counts must be what was put in.
 */
import { type SQL, sql } from 'drizzle-orm';
import { models } from '../../schema/enums.ts';
import { bitOf, PENDING_SHIFT } from '../../schema/standing.ts';
import { agencies, agencyNames } from '../../schema/tables/agencies.ts';
import { agreements, listings } from '../../schema/tables/agreements.ts';
import { snapshotRows, snapshots, sourceRows } from '../../schema/tables/snapshots.ts';

/**
 * How many agencies passed from one standing to another, by basis, instant, place and type. `condition` chooses
 * among `agency`; columns are those of `standing_changes`. Each agency's stretches are gathered first: joining them
 * with themselves, which the planner cannot estimate, took the square of their number.
 */
export const changesOfStanding = (condition: SQL): SQL => sql`
  with stretch as (${stretches(condition)}),
  own as (
    select id, place_code, agency_type, basis, array_agg(bit) as bits, array_agg(since) as sinces,
      array_agg(until) as untils
    from stretch group by id, place_code, agency_type, basis
  )
  select basis, at, place_code, agency_type, standing_before, standing_after, count(*)::int as agencies
  from own
  cross join lateral (select distinct at from unnest(sinces || untils) as bound(at) where at is not null) edge
  cross join lateral (
    select coalesce(bit_or(bit) filter (where since < at and (until is null or until >= at)), 0)::smallint
        as standing_before,
      coalesce(bit_or(bit) filter (where since <= at and (until is null or until > at)), 0)::smallint
        as standing_after
    from unnest(bits, sinces, untils) as part(bit, since, until)
  ) standing
  where standing_before <> standing_after
  group by basis, at, place_code, agency_type, standing_before, standing_after`;

/** How many agencies stand alike now, those without any agreement on a list included. Columns of `standing_counts`. */
export const standingsNow = (condition: SQL): SQL => sql`
  select place_code, agency_type, standing, count(*)::int as agencies
  from (
    select agency.id, agency.place_code, agency.type as agency_type,
      coalesce(bit_or(${bit}) filter (where listing.agreement_id is not null), 0)::smallint as standing
    from ${agencies} agency
    left join ${agreements} agreement
      on agreement.agency_id = agency.id and ${current('agreement')}
    left join ${listings} listing on listing.agreement_id = agreement.id and listing.unlisted_at is null
    where ${visible} and ${condition}
    group by agency.id
  ) standing
  group by place_code, agency_type, standing`;

/**
 * How many agencies stood alike at some instants, by county too, which the kept counts do not tell. `condition`
 * chooses among `agency`, `instants` is an array; columns are those of `standing_counts`, then the county's FIPS code
 * and the instant's place in the array, from 1.
 */
export const standingsByCounty = (condition: SQL, instants: SQL): SQL => sql`
  select place_code, agency_type, standing, count(*)::int as agencies, county_fips, place
  from (
    select wanted.place, agency.id, agency.place_code, agency.type as agency_type, agency.county_fips,
      bit_or(${bit})::smallint as standing
    from unnest(${instants}) with ordinality as wanted(instant, place)
    join ${listings} listing on listing.listed_at <= wanted.instant
      and (listing.unlisted_at is null or listing.unlisted_at > wanted.instant)
    join ${agreements} agreement on agreement.id = listing.agreement_id and ${current('agreement')}
    join ${agencies} agency on agency.id = agreement.agency_id and ${visible} and ${condition}
    group by wanted.place, agency.id
  ) standing
  group by place, place_code, agency_type, standing, county_fips`;

/**
 * How many agencies stand alike by the rows of a list itself, with what the lists of the other kind showed at its
 * instant. For the first of two lists of one instant, between which the stretches on a list cannot tell. `numbers` is
 * an array of lists; columns are those of `standing_counts`, then the list's number and the county's FIPS code.
 */
export const standingsOnLists = (numbers: SQL): SQL => sql`
  select place_code, agency_type, standing, count(*)::int as agencies, number, county_fips
  from (
    select shown.number, agency.id, agency.place_code, agency.type as agency_type, agency.county_fips,
      bit_or(shown.bit)::smallint as standing
    from (
      select list.number, name.agency_id, (${bitOfModel('row')} << ${shiftOfKind('list')}) as bit
      from ${snapshots} list
      join ${snapshotRows} printed on printed.snapshot_number = list.number
      join ${sourceRows} row on row.id = printed.source_row_id
      join ${agencyNames} name on name.place_code = row.place_code and name.name_key = row.name_key
      where list.number = any(${numbers}) and row.model is not null
      union all
      select list.number, agreement.agency_id, ${bit}
      from ${snapshots} list
      join ${listings} listing on listing.kind <> list.kind and listing.listed_at <= list.published_at
        and (listing.unlisted_at is null or listing.unlisted_at > list.published_at)
      join ${agreements} agreement on agreement.id = listing.agreement_id and ${current('agreement')}
      where list.number = any(${numbers})
    ) shown
    join ${agencies} agency on agency.id = shown.agency_id and ${visible}
    group by shown.number, agency.id
  ) standing
  group by place_code, agency_type, standing, number, county_fips`;

/** A test of a test: right after a large write the planner would walk the index of nulls, all of them, each time. */
const current = (alias: string): SQL => sql.raw(`${alias}.derived and (${alias}.merged_into is null) is true`);
const visible = current('agency');

const bitOfModel = (alias: string): SQL =>
  sql.raw(`case ${alias}.model ${models.map((model) => `when '${model}' then ${bitOf(model)}`).join(' ')} end`);
const shiftOfKind = (alias: string): SQL =>
  sql.raw(`case ${alias}.kind when 'PENDING' then ${PENDING_SHIFT} else 0 end`);
const modelBit = bitOfModel('agreement');
const bit = sql`(${modelBit} << ${shiftOfKind('listing')})`;

/**
 * From when to when each bit of each agency is set. By SIGNED, an agreement lasts until it is off the list today, and
 * one that nobody can have signed on that day is left out.
 */
function stretches(condition: SQL): SQL {
  const chosen = sql`from ${agencies} agency
    join ${agreements} agreement
      on agreement.agency_id = agency.id and ${current('agreement')}`;
  const signed = sql`(agreement.signed_on::timestamp at time zone 'America/New_York')`;
  return sql`select agency.id, agency.place_code, agency.type as agency_type, 'LISTED'::timeline_basis as basis,
      ${bit} as bit, listing.listed_at as since, listing.unlisted_at as until
    ${chosen} join ${listings} listing on listing.agreement_id = agreement.id
    where ${visible} and ${condition}
    union all
    select agency.id, agency.place_code, agency.type, 'SIGNED'::timeline_basis, ${modelBit}, ${signed},
      agreement.unlisted_at
    ${chosen}
    where ${visible} and ${condition} and agreement.first_listed_at is not null
      and (agreement.unlisted_at is null or ${signed} < agreement.unlisted_at)
      and agreement.signed_on is not null and not agreement.signed_unlikely`;
}

/** Agreements that no count by SIGNED has, since nobody can have signed them on that day: by place. `mask` are models. */
export const unlikelySignatures = (condition: SQL, mask: SQL): SQL => sql`
  select agency.place_code, count(*)::int from ${agencies} agency
  join ${agreements} agreement on agreement.agency_id = agency.id and ${current('agreement')}
  where ${visible} and ${condition} and agreement.signed_unlikely and agreement.first_listed_at is not null
    and (${modelBit} & ${mask}) <> 0
  group by agency.place_code`;
