/** How many people live where, by the newest year that was imported. */
import { sql } from 'drizzle-orm';
import { places } from '../../schema/places.ts';
import { populations } from '../../schema/tables/populations.ts';
import { type CountyCount, countByCounty } from './counts/by-county.ts';
import type { StatisticsRow } from './counts/statistics.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface PopulationRow {
  people: number;
  year: number;
}

/** By FIPS codes, two digits of a place or five of a county; null for what has no estimate. */
export async function populationsOf(
  statements: Statements,
  fipsCodes: readonly string[],
): Promise<(PopulationRow | null)[]> {
  const query = sql`select ${populations.fips}, ${populations.people}, ${populations.year} from ${populations}
    where ${populations.year} = (select max(newest.year) from ${populations} newest)
      and ${populations.fips} = any(${sql.placeholder('fips')}::text[])`;
  const read = (cells: readonly unknown[]): [string, PopulationRow] => [
    String(cells[0]),
    { people: Number(cells[1]), year: Number(cells[2]) },
  ];
  const values = { fips: arrayLiteral([...new Set(fipsCodes)]) };
  const found = new Map(await statements.run('populations', () => ({ query, read }), values));
  return fipsCodes.map((fips) => found.get(fips) ?? null);
}

export interface CoveredPopulation {
  covered: number;
  share: number;
  year: number;
}

/** For each of these statistics, the people of its counties with an agreement in force; null without estimates. */
export async function coveredBy(
  statements: Statements,
  rows: readonly StatisticsRow[],
  readPopulations: (fipsCodes: readonly string[]) => Promise<(PopulationRow | null)[]>,
): Promise<(CoveredPopulation | null)[]> {
  const counted = await countByCounty(statements, rows);
  const wanted = rows.map((row, index) => ({ counties: fipsOf(counted[index] ?? []), whole: wholeOf(row) }));
  const codes = [...new Set(wanted.flatMap(({ counties, whole }) => [...counties, ...whole]))];
  const estimates = await readPopulations(codes);
  const found = new Map(codes.map((fips, index) => [fips, estimates[index] ?? null]));
  const sum = (fipsCodes: readonly string[]): number =>
    fipsCodes.reduce((total, fips) => total + (found.get(fips)?.people ?? 0), 0);
  const any = estimates.find((estimate) => estimate !== null);
  return wanted.map(({ counties, whole }) => {
    const [covered, of] = [sum(counties), sum(whole)];
    return any == null || of === 0 ? null : { covered, share: share(covered, of), year: any.year };
  });
}

const fipsOf = (counts: readonly CountyCount[]): string[] => counts.flatMap(({ fips }) => fips ?? []);

/** Four digits after the point: a hundredth of a percent. */
const share = (covered: number, of: number): number => Math.round((covered / of) * 10_000) / 10_000;

/** What the covered people are a share of: the counties that the filter names, else its states, else all. */
function wholeOf({ filter }: StatisticsRow): readonly string[] {
  const states = filter.states == null ? null : new Set(filter.states.map((code) => code.toUpperCase()));
  const within = places.filter(({ code }) => states === null || states.has(code)).map(({ fips }) => fips);
  if (filter.counties == null) return within;
  return [...new Set(filter.counties)].filter((fips) => within.includes(fips.slice(0, 2)));
}
