/**
 * The filter of statistics: which kept counts it reads. Places and types are kept; counties and agencies are not, so
 * they are counted from the agreements of the agencies that they name.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { AgencyType, Model } from '../../../schema/enums.ts';
import { standingChanges, standingCounts } from '../../../schema/tables/counts.ts';
import { changesOfStanding, standingsNow } from '../../database/standing.ts';
import { agencyIdsIn } from '../agencies.ts';
import { type AnyOf, anyCounty, anyOf, anyState } from '../keyset/condition.ts';
import { allOf, type Condition, valuesOf } from '../keyset/source.ts';

export interface StatisticsFilter {
  states?: AnyOf<string>;
  models?: AnyOf<Model>;
  agencyTypes?: AnyOf<AgencyType>;
  counties?: AnyOf<string>;
  /** Uuids of agencies. */
  agencyIds?: AnyOf<string>;
}

/** Where to read counts under a filter; models are left to whoever counts. */
export interface CountSource {
  shape: string;
  /** Rows of `standing_counts`, as `counts`, that the filter lets pass. */
  now: () => SQL;
  /** Rows of `standing_changes`, as `change`, that the filter lets pass. */
  changes: () => SQL;
  /** Whether the filter lets `agency` pass. */
  agency: () => SQL;
  values: Record<string, unknown>;
}

/** Throws BAD_USER_INPUT for values that nothing could have. */
export function countSource(filter: StatisticsFilter): CountSource {
  const kept = [...anyState(sql`place_code`, filter.states), ...anyAgencyType(sql`agency_type`, filter.agencyTypes)];
  const counted = [
    ...anyCounty(sql`agency.county_fips`, filter.counties),
    ...agencyIdsIn(sql`agency.id`, filter.agencyIds),
  ];
  const all = [...kept, ...counted];
  const ofAgency = [
    ...anyState(sql`agency.place_code`, filter.states),
    ...anyAgencyType(sql`agency.type`, filter.agencyTypes),
    ...counted,
  ];
  const where = () => allOf(kept.map((each) => each.sql()));
  const chosen = () => allOf(counted.map((each) => each.sql()));
  const isKept = counted.length === 0;
  return {
    shape: all.map((each) => each.shape).join(),
    now: () =>
      sql`(select * from ${isKept ? standingCounts : sql`(${standingsNow(chosen())}) counted`} where ${where()}) counts`,
    changes: () =>
      sql`(select * from ${isKept ? standingChanges : sql`(${changesOfStanding(chosen())}) counted`} where ${where()}) change`,
    agency: () => allOf(ofAgency.map((each) => each.sql())),
    values: valuesOf(all),
  };
}

const anyAgencyType = (column: SQL, types: AnyOf<AgencyType>): Condition[] =>
  anyOf('agencyTypes', column, 'agency_type', types);

/** Those of these places that a filter of states lets pass. */
export function statesWithin(placeCodes: readonly string[], states: AnyOf<string>): readonly string[] {
  const allowed = states?.map((code) => code.toUpperCase());
  return allowed === undefined ? placeCodes : placeCodes.filter((code) => allowed.includes(code));
}
