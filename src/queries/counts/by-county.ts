/** Counts by county, of any statistics: one statement for all that are asked for together, whatever place each is of. */

import { maskOf } from '../../../schema/standing.ts';
import { type Counted, countBy } from '../../analysis/tally.ts';
import type { Statements } from '../keyset/statement.ts';
import { type CountyGroup, countiesAt, standingsOf } from './standings.ts';
import type { StatisticsRow } from './statistics.ts';
import { countSource, type StatisticsFilter } from './statistics-filter.ts';

export interface CountyCount extends Counted {
  /** Null: agencies whose county is not known. */
  fips: string | null;
}

/** What one operation counted, which asks for it in several fields. */
const counted = new WeakMap<StatisticsRow, Promise<CountyCount[]>>();

/** For each of these statistics, its counties with an agreement in force by FIPS code, the unknown one last. */
export function countByCounty(statements: Statements, rows: readonly StatisticsRow[]): Promise<CountyCount[][]> {
  const fresh = rows.filter((row) => !counted.has(row));
  const all = countAll(statements, fresh);
  fresh.forEach((row, index) => {
    counted.set(
      row,
      all.then((counts) => counts[index] ?? []),
    );
  });
  return Promise.all(rows.map((row) => counted.get(row) ?? []));
}

async function countAll(statements: Statements, rows: readonly StatisticsRow[]): Promise<CountyCount[][]> {
  const found = new Map<StatisticsRow, readonly CountyGroup[]>();
  const own = rows.filter(({ ownNumber }) => ownNumber !== null);
  const numbers = own.flatMap(({ ownNumber }) => ownNumber ?? []);
  const onLists = numbers.length === 0 ? [] : await standingsOf(statements, numbers);
  own.forEach((row, index) => {
    found.set(row, onLists[index] ?? []);
  });
  for (const together of readTogether(rows.filter(({ ownNumber }) => ownNumber === null))) {
    const moments = together.rows.map(({ moment }) => moment);
    const groups = await countiesAt(statements, countSource(together.filter), moments);
    together.rows.forEach((row, index) => {
      found.set(row, groups[index] ?? []);
    });
  }
  return rows.map((row) => countsOf(row, found.get(row) ?? []));
}

interface Together {
  filter: StatisticsFilter;
  rows: StatisticsRow[];
}

/** Statistics that differ only in their places and counties are read with all of these. */
function readTogether(rows: readonly StatisticsRow[]): Together[] {
  const byRest = new Map<string, Together>();
  for (const row of rows) {
    const { states, counties, ...rest } = row.filter;
    const key = JSON.stringify([rest, states == null, counties == null]);
    const known = byRest.get(key);
    if (known === undefined) {
      byRest.set(key, { filter: row.filter, rows: [row] });
      continue;
    }
    known.rows.push(row);
    known.filter = {
      ...known.filter,
      ...(states == null ? {} : { states: [...new Set([...(known.filter.states ?? []), ...states])] }),
      ...(counties == null ? {} : { counties: [...new Set([...(known.filter.counties ?? []), ...counties])] }),
    };
  }
  return [...byRest.values()];
}

function countsOf({ filter }: StatisticsRow, groups: readonly CountyGroup[]): CountyCount[] {
  const states = filter.states == null ? null : new Set(filter.states.map((code) => code.toUpperCase()));
  const counties = filter.counties == null ? null : new Set(filter.counties);
  const within = groups.filter(
    ({ placeCode, countyFips }) =>
      (states === null || states.has(placeCode)) &&
      (counties === null || (countyFips !== null && counties.has(countyFips))),
  );
  const counts = [...countBy(within, maskOf(filter.models), ({ countyFips }) => countyFips)].map(
    ([fips, { agreements, agencies }]): CountyCount => ({ fips, agreements, agencies }),
  );
  return counts.sort((left, right) => ((left.fips ?? '~') < (right.fips ?? '~') ? -1 : 1));
}
