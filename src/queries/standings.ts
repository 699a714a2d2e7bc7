/** How agencies stood at some moments, grouped: read from the counts that ingest keeps, in one statement. */
import { sql } from 'drizzle-orm';
import type { AgencyType } from '../../schema/enums.ts';
import type { StandingGroup } from '../analysis/tally.ts';
import { type ListsOn, lastList, listColumns, noLists, readLists } from './lists-on.ts';
import { arrayLiteral, type Statements } from './statement.ts';
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
  const build = () => ({
    query: sql`select change.place_code, change.agency_type, side.standing, sum(side.agencies)::int, wanted.place::int
      from unnest(${sql.placeholder('instants')}::timestamptz[]) with ordinality as wanted(instant, place)
      join ${source.changes()} on change.basis = 'LISTED' and change.at <= wanted.instant
      cross join lateral (values (standing_after, change.agencies), (standing_before, -change.agencies))
        as side(standing, agencies)
      group by 1, 2, 3, 5 having sum(side.agencies) <> 0`,
    read: (cells: readonly unknown[]) => ({ place: Number(cells[4]), group: readGroup(cells) }),
  });
  const values = { ...source.values, instants: arrayLiteral(wanted) };
  const rows = await statements.run(`standings at|${source.shape}`, build, values);
  const groups = new Map(wanted.map((instant): [string, StandingGroup[]] => [instant, []]));
  for (const { place, group } of rows) groups.get(wanted[place - 1] ?? '')?.push(group);
  return instants.map((instant) => groups.get(instant) ?? []);
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
