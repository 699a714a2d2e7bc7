/**
 * Search by name over states, counties and agencies, best match first, tolerant of typos. Places are in memory;
 * pg_trgm finds the agencies that can be meant; all of them are then compared by one measure.
 */
import { sql } from 'drizzle-orm';
import { agencies } from '../../../schema/tables/agencies.ts';
import { type AgencyRow, agencySource } from '../agencies.ts';
import { type AnyOf, anyOf, anyState, containsWord, readText } from '../keyset/condition.ts';
import { allOf, rowReader, valuesOf } from '../keyset/source.ts';
import type { Statements } from '../keyset/statement.ts';
import { allCounties, type CountyRow, type StateRow, statesOf } from '../places.ts';
import { likeness, type Named } from './likeness.ts';
import { begunPlaceOf, type Reading, readingsOf } from './readings.ts';
import { isGeneric, joinInitials, wordsOf } from './words.ts';

export type SearchHit = StateRow | CountyRow | AgencyRow;

export const searchTypes = ['STATE', 'COUNTY', 'AGENCY'] as const;
export type SearchType = (typeof searchTypes)[number];

export interface SearchScope {
  types?: AnyOf<SearchType>;
  /** USPS codes of places; what lies elsewhere is left out. */
  states?: AnyOf<string>;
}

interface Scored {
  hit: SearchHit;
  score: number;
}

/**
 * At most `limit` hits. An empty text finds nothing; one that can't be searched for, and a place that there is none,
 * throw BAD_USER_INPUT.
 */
export async function search(
  statements: Statements,
  text: string,
  limit: number,
  scope: SearchScope = {},
): Promise<SearchHit[]> {
  const found = await searchWhole(statements, text, limit, scope);
  const begun = found.length === 0 ? begunPlaceOf(text) : null;
  if (begun === null) return found;
  // Once: each pass costs a look at every county, and a text has room for a hundred beginnings.
  const states = begun.placeCodes.filter(isInside(scope.states));
  return searchWhole(statements, begun.text, limit, { ...scope, states });
}

const isInside = (states: SearchScope['states']): ((code: string) => boolean) => {
  const codes = states == null ? null : new Set(states.map((code) => code.toUpperCase()));
  return (code) => codes === null || codes.has(code);
};

/** Every word of the text meant as it is. */
async function searchWhole(
  statements: Statements,
  text: string,
  limit: number,
  { types, states }: SearchScope,
): Promise<SearchHit[]> {
  const wanted = joinInitials(readText('text', text));
  const inStates = anyState(sql`${agencies.placeCode}`, states);
  const readings = readingsOf(wanted);
  if (readings.length === 0 || limit === 0) return [];
  const isWanted = (type: SearchType): boolean => types == null || types.includes(type);
  const isThere = isInside(states);
  const found = [
    ...(isWanted('STATE') ? searchStates(wanted, readings).filter(({ hit }) => isThere(hit.code)) : []),
    ...(isWanted('COUNTY') ? searchCounties(wanted, readings).filter(({ hit }) => isThere(hit.placeCode)) : []),
    ...(isWanted('AGENCY') ? await searchAgencies(statements, wanted, readings, inStates) : []),
  ];
  // The sort is stable: equal scores keep states before counties before agencies.
  found.sort((left, right) => right.score - left.score);
  return found.slice(0, limit).map((each) => each.hit);
}

/** A code, and the beginning of a state's name, mean the state before anything else. */
const CODE = 3;
const BEGINS_A_STATE = 0.3;
/** Of equally good names a state's comes first, then a county's. */
const IS_STATE = 0.1;
const IS_COUNTY = 0.05;

/** What people write for a place that has another name. */
const alsoCalled: ReadonlyMap<string, string> = new Map([['DC', 'washington dc']]);

interface KnownPlace<Row> {
  hit: Row;
  named: Named;
}

let knownStates: readonly KnownPlace<StateRow>[] | undefined;
let knownCounties: readonly KnownPlace<CountyRow>[] | undefined;

function searchStates(wanted: string, readings: readonly Reading[]): (Scored & { hit: StateRow })[] {
  knownStates ??= statesOf(null).map((hit) => ({ hit, named: { words: wordsOf(hit.name), beside: ['state'] } }));
  const whole = wordsOf(wanted).join(' ');
  return knownStates.flatMap(({ hit, named }) => {
    if (wanted === hit.code.toLowerCase() || wanted === hit.fips || whole === alsoCalled.get(hit.code))
      return [{ hit, score: CODE }];
    const begins = wanted.length > 1 && hit.name.toLowerCase().startsWith(wanted);
    const bonus = begins ? BEGINS_A_STATE : IS_STATE;
    return scored(hit, bestOf(readings, named, null), bonus);
  });
}

function searchCounties(wanted: string, readings: readonly Reading[]): (Scored & { hit: CountyRow })[] {
  knownCounties ??= allCounties().map((hit) => ({ hit, named: { words: wordsOf(hit.name), beside: besideOf(hit) } }));
  return knownCounties.flatMap(({ hit, named }) =>
    wanted === hit.fips ? [{ hit, score: CODE }] : scored(hit, bestOf(readings, named, hit.placeCode), IS_COUNTY),
  );
}

const besideOf = ({ isCity, placeCode }: CountyRow): string[] => {
  if (isCity) return ['city', 'of'];
  return ['county', 'co', ...(placeCode === 'LA' ? ['parish'] : []), ...(placeCode === 'AK' ? ['borough'] : [])];
};

function scored<Row extends SearchHit>(hit: Row, score: number, bonus: number): { hit: Row; score: number }[] {
  return score === 0 ? [] : [{ hit, score: score + bonus }];
}

/** `Kansas City, Kansas` means the one in Kansas. */
const SAYS_THE_PLACE = 0.05;

/** How well a name in a place answers the text, as it is best understood. A state is in no place. */
function bestOf(readings: readonly Reading[], named: Named, placeCode: string | null): number {
  let best = 0;
  for (const reading of readings) {
    if (reading.placeCode !== null && reading.placeCode !== placeCode) continue;
    const found = likeness(reading.words, named);
    if (found > 0) best = Math.max(best, found + (reading.placeCode === null ? 0 : SAYS_THE_PLACE));
  }
  return best;
}

/** Agencies that are compared one by one; the likeness of whole texts chooses them. */
const MOST_CANDIDATES = 100;
/** Readings and words of each that the statement asks for: a statement for each of their numbers is prepared. */
const MOST_READINGS = 5;
const MOST_ASKED = 4;

async function searchAgencies(
  statements: Statements,
  wanted: string,
  readings: readonly Reading[],
  inStates: ReturnType<typeof anyState>,
): Promise<Scored[]> {
  const ways = readings.slice(0, MOST_READINGS).map((reading, index) => conditionsOf(reading, index));
  const fields = Object.keys(agencySource.columns);
  const read = rowReader<AgencyRow>('Agency', fields);
  const build = () => {
    const names = sql.join(Object.values(agencySource.columns), sql`, `);
    const whole = sql`${sql.placeholder('wanted')}::text`;
    const each = ways.map((way) => sql`(${allOf(way.map((one) => one.sql()))})`);
    return {
      query: sql`select ${names} from ${agencies}
        where ${allOf([agencySource.visible ?? sql`true`, ...inStates.map((each) => each.sql())])}
          and (${sql.join(each, sql` or `)})
        order by word_similarity(${whole}, ${lowerName}) + similarity(${whole}, ${lowerName}) desc,
          ${agencies.name} collate "C", ${agencies.placeCode}, ${agencies.id} limit ${sql.placeholder('limit')}::int`,
      read,
    };
  };
  const all = [...inStates, ...ways.flat()];
  const shape = [...inStates, ...ways].map((each) =>
    'shape' in each ? each.shape : each.map((one) => one.shape).join(),
  );
  const rows = await statements.run(`search|${shape.join('|')}`, build, {
    ...valuesOf(all),
    ...{ wanted, limit: MOST_CANDIDATES },
  });
  return rows.flatMap((hit) =>
    scored(hit, bestOf(readings, { words: wordsOf(hit.name), beside: [] }, hit.placeCode), 0),
  );
}

const lowerName = sql`lower(${agencies.name})`;

/** The telling words of one reading, or all where none is, and its place. */
function conditionsOf({ words, placeCode }: Reading, index: number) {
  const telling = words.filter((word) => !isGeneric(word));
  const asked = (telling.length === 0 ? words : telling).slice(0, MOST_ASKED);
  return [
    ...anyOf(`place${index}`, sql`${agencies.placeCode}`, 'text', placeCode === null ? null : [placeCode]),
    ...asked.map((word, at) => containsWord(sql`${agencies.name}`, word, `${index}_${at}`)),
  ];
}
