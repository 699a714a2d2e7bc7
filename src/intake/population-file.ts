/**
 * The Census Bureau's county estimates, as downloaded (co-est….csv, Latin-1): the people of each state and county in
 * the newest year of the file. Territories are not in it. From 2022 on it counts Connecticut by planning regions, which
 * are no counties: the state has its estimate, its counties have none.
 */
import { parseCsv } from 'hucre/csv';
import { places } from '../../schema/places.ts';
import { counties } from './vocabulary/counties.ts';

export interface Estimate {
  /** Two digits of a place, five of a county. */
  fips: string;
  people: number;
}

export interface PopulationFile {
  year: number;
  estimates: Estimate[];
  /** Code and name of each row that is no county of the ledger. */
  unknown: string[];
  /** Code and name of each county, territories aside, that has no row. */
  missing: string[];
}

/** Why a file is not taken, in a sentence that names the row or the column. */
export class UnreadablePopulation extends Error {
  override readonly name = 'UnreadablePopulation';
}

/** Alaska's Valdez-Cordova was parted in 2019 into Chugach and Copper River; the ledger knows it undivided. */
const parted: ReadonlyMap<string, string> = new Map([
  ['02063', '02261'],
  ['02066', '02261'],
]);

const STATE_LEVEL = '040';
const COUNTY_LEVEL = '050';

/** Estimates of counties are made to add up to their state's; a thousandth allows for rounding. */
const MOST_UNEQUAL = 0.001;

/** Throws {@link UnreadablePopulation}. */
export function readPopulationFile(bytes: Uint8Array): PopulationFile {
  const [header = [], ...records] = parseCsv(decode(bytes)).map((record) => record.map((cell) => String(cell ?? '')));
  const names = header.map((name) => name.trim().toUpperCase());
  const columnOf = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0)
      throw new UnreadablePopulation(`the header has no column ${name}: it is not a file of county estimates`);
    return index;
  };
  const [level, state, county] = [columnOf('SUMLEV'), columnOf('STATE'), columnOf('COUNTY')];
  const year = newestYear(names);
  const [stateName, countyName, people] = [columnOf('STNAME'), columnOf('CTYNAME'), columnOf(`POPESTIMATE${year}`)];
  const found = new Map<string, number>();
  const unknown: string[] = [];
  const seen = new Set<string>();
  const ofCounties = new Map<string, number>();
  const known = new Map(counties().map(({ fips, name }) => [fips, name]));
  for (const [index, record] of records.entries()) {
    const row = index + 2;
    if (record.every((cell) => cell.trim() === '')) continue;
    if (record.length !== header.length)
      throw new UnreadablePopulation(`row ${row} has ${record.length} fields where the header has ${header.length}`);
    const cell = (column: number): string => (record[column] ?? '').trim();
    const sumlev = cell(level).padStart(3, '0');
    if (sumlev !== STATE_LEVEL && sumlev !== COUNTY_LEVEL) continue;
    const placeFips = digits(cell(state), 2, `row ${row}, STATE`);
    const own = placeFips + digits(cell(county), 3, `row ${row}, COUNTY`);
    const fips = sumlev === STATE_LEVEL ? placeFips : (parted.get(own) ?? own);
    const once = sumlev + own;
    if (seen.has(once)) throw new UnreadablePopulation(`row ${row} has ${own} a second time`);
    seen.add(once);
    const count = wholeNumber(cell(people), `row ${row}, POPESTIMATE${year}`);
    if (sumlev === COUNTY_LEVEL) {
      ofCounties.set(placeFips, (ofCounties.get(placeFips) ?? 0) + count);
      if (!known.has(fips)) unknown.push(`${fips} ${cell(countyName)}, ${cell(stateName)}`);
    }
    found.set(fips, (found.get(fips) ?? 0) + count);
  }
  for (const { name, fips, kind } of places) {
    if (kind === 'TERRITORY') continue;
    const [whole, sum] = [found.get(fips), ofCounties.get(fips) ?? 0];
    if (whole === undefined) throw new UnreadablePopulation(`it has no row of ${name}: it may be cut off`);
    if (Math.abs(whole - sum) > whole * MOST_UNEQUAL)
      throw new UnreadablePopulation(
        `the counties of ${name} have ${sum} people, the state ${whole}: it may be cut off`,
      );
  }
  const territories = new Set(places.flatMap(({ code, kind }) => (kind === 'TERRITORY' ? [code] : [])));
  const missing = counties().filter(({ fips, placeCode }) => !territories.has(placeCode) && !found.has(fips));
  return {
    ...{ year, unknown },
    estimates: [...found].map(([fips, count]) => ({ fips, people: count })),
    missing: missing.map(({ fips, name, placeCode }) => `${fips} ${name}, ${placeCode}`),
  };
}

/** The Bureau writes Latin-1; who saved the file again may have made it UTF-8. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function newestYear(names: readonly string[]): number {
  const years = names.flatMap((name) => /^POPESTIMATE(\d{4})$/.exec(name)?.[1] ?? []).map(Number);
  if (years.length === 0)
    throw new UnreadablePopulation(
      'the header has no column POPESTIMATE with a year: it is not a file of county estimates',
    );
  return Math.max(...years);
}

/** A spreadsheet that saved the file takes leading zeros off. */
function digits(text: string, length: number, where: string): string {
  if (!/^\d+$/.test(text) || text.length > length)
    throw new UnreadablePopulation(`${where} is ${JSON.stringify(text)}, not up to ${length} digits`);
  return text.padStart(length, '0');
}

/** No county has as many: a larger number is something else. */
const MOST_PEOPLE = 1_000_000_000;

function wholeNumber(text: string, where: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > MOST_PEOPLE)
    throw new UnreadablePopulation(`${where} is ${JSON.stringify(text.slice(0, 80))}, not a number of people`);
  return value;
}
