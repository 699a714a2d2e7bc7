/** How agencies stood at some moments, grouped: read from the counts that ingest keeps, in one statement. */
import { sql } from 'drizzle-orm';
import type { AgencyType } from '../../../schema/enums.ts';
import type { StandingGroup } from '../../analysis/tally.ts';
import { standingsByCounty, standingsOnLists } from '../../database/standing.ts';
import { arrayLiteral, type Statements } from '../keyset/statement.ts';
import { type ListsOn, lastList, listColumns, noLists, readLists } from './lists-on.ts';
import type { CountSource } from './statistics-filter.ts';

/** As of now, with the lists that it rests on: one statement, so that no list comes between the two. */
export async function standingsToday(
  statements: Statements,
  source: CountSource,
): Promise<{ lists: ListsOn; groups: StandingGroup[] }> {
  const build = () => ({
    query: sql`select counts.place_code, counts.agency_type, counts.standing, counts.agencies, ${listColumns}
      from (select 1) one
      left join ${lastList('PARTICIPATING', sql`'infinity'::timestamptz`)} participating on true
      left join ${lastList('PENDING', sql`'infinity'::timestamptz`)} pending on true
      left join ${source.now()} on true`,
    read: (cells: readonly unknown[]) => ({
      lists: readLists(cells, 4),
      group: cells[0] === null ? null : readGroup(cells),
    }),
  });
  const rows = await statements.run(`standings|${source.shape}`, build, source.values);
  return {
    lists: rows[0]?.lists ?? noLists,
    groups: rows.flatMap(({ group }) => group ?? []),
  };
}

/** As of each of these instants, what changed at the instant included; in their order. */
export async function standingsAt(
  statements: Statements,
  source: CountSource,
  instants: readonly string[],
): Promise<StandingGroup[][]> {
  const wanted = [...new Set(instants)];
  // What passed between the same two standings adds up before it is split into what left one and joined the other.
  const build = () => ({
    query: sql`select change.place_code, change.agency_type, change.standing_after, sum(change.agencies)::int,
        change.standing_before, wanted.place::int
      from unnest(${sql.placeholder('instants')}::timestamptz[]) with ordinality as wanted(instant, place)
      join ${source.changes()} on change.basis = 'LISTED' and change.at <= wanted.instant
      group by 1, 2, 3, 5, 6`,
    read: (cells: readonly unknown[]) => ({
      joined: readGroup(cells),
      left: Number(cells[4]),
      place: Number(cells[5]),
    }),
  });
  const values = { ...source.values, instants: arrayLiteral(wanted) };
  const rows = await statements.run(`standings at|${source.shape}`, build, values);
  const sums = new Map(wanted.map((instant): [string, Map<string, StandingGroup>] => [instant, new Map()]));
  for (const { joined, left, place } of rows) {
    const sum = sums.get(wanted[place - 1] ?? '');
    if (sum === undefined) continue;
    add(sum, joined);
    add(sum, { ...joined, standing: left, agencies: -joined.agencies });
  }
  return instants.map((instant) => [...(sums.get(instant)?.values() ?? [])].filter(({ agencies }) => agencies !== 0));
}

/** Of one county, or of agencies whose county is not known. */
export interface CountyGroup extends StandingGroup {
  countyFips: string | null;
}

/** As of each of these instants, by county too; in their order. */
export async function countiesAt(
  statements: Statements,
  source: CountSource,
  instants: readonly string[],
): Promise<CountyGroup[][]> {
  const wanted = [...new Set(instants)];
  const build = () => ({
    query: standingsByCounty(source.agency(), sql`${sql.placeholder('instants')}::timestamptz[]`),
    read: (cells: readonly unknown[]) => ({ group: readCountyGroup(cells, 4), place: Number(cells[5]) }),
  });
  const values = { ...source.values, instants: arrayLiteral(wanted) };
  const rows = await statements.run(`standings by county|${source.shape}`, build, values);
  const found = new Map(wanted.map((instant): [string, CountyGroup[]] => [instant, []]));
  for (const { group, place } of rows) found.get(wanted[place - 1] ?? '')?.push(group);
  return instants.map((instant) => found.get(instant) ?? []);
}

/** By the rows of each of these lists itself; see `standingsOnLists`. In their order. */
export async function standingsOf(statements: Statements, numbers: readonly number[]): Promise<CountyGroup[][]> {
  const build = () => ({
    query: standingsOnLists(sql`${sql.placeholder('numbers')}::int[]`),
    read: (cells: readonly unknown[]) => ({ group: readCountyGroup(cells, 5), number: Number(cells[4]) }),
  });
  const rows = await statements.run('standings on lists', build, { numbers: arrayLiteral(numbers.map(String)) });
  return numbers.map((number) => rows.flatMap((row) => (row.number === number ? [row.group] : [])));
}

function add(sums: Map<string, StandingGroup>, group: StandingGroup): void {
  const key = `${group.placeCode} ${group.agencyType} ${group.standing}`;
  const known = sums.get(key);
  if (known === undefined) sums.set(key, { ...group });
  else known.agencies += group.agencies;
}

function readCountyGroup(cells: readonly unknown[], county: number): CountyGroup {
  // Not a copy: there are thousands of rows, and copying takes longer than reading them.
  return Object.assign(readGroup(cells), { countyFips: cells[county] === null ? null : String(cells[county]) });
}

function readGroup(cells: readonly unknown[]): StandingGroup {
  return {
    placeCode: String(cells[0]),
    // The column's own enum.
    agencyType: cells[1] as AgencyType | null,
    standing: Number(cells[2]),
    agencies: Number(cells[3]),
  };
}
