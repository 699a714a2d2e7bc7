/**
 * How agencies stand, as SQL over agencies, agreements and listings: the one definition of every count. What is kept
 * in `standing_counts` and `standing_changes` is the sum of this over all agencies; counts under a filter that is not
 * kept are this over the agencies that it names. A change here needs a migration that counts anew: what is taken out of
 * the kept counts must be what was put in.
 */
import { type SQL, sql } from 'drizzle-orm';
import { models } from '../../schema/enums.ts';
import { bitOf, PENDING_SHIFT } from '../../schema/standing.ts';
import { agencies } from '../../schema/tables/agencies.ts';
import { agreements, listings } from '../../schema/tables/agreements.ts';

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

/** As a number, since right after a large write the planner would believe that few are null and walk them all, each time. */
const current = (alias: string): SQL => sql.raw(`${alias}.derived and (${alias}.merged_into is null)::int = 1`);
const visible = current('agency');

const modelBit = sql.raw(
  `case agreement.model ${models.map((model) => `when '${model}' then ${bitOf(model)}`).join(' ')} end`,
);
const bit = sql`(${modelBit} << case listing.kind when 'PENDING' then ${sql.raw(String(PENDING_SHIFT))} else 0 end)`;

/** From when to when each bit of each agency is set. By SIGNED, an agreement lasts until it is off the list today. */
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
      and agreement.signed_on is not null`;
}
