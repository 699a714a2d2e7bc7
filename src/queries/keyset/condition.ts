/** The pieces that filters are compiled from. Each checks its input and throws BAD_USER_INPUT. */
import { type SQL, sql } from 'drizzle-orm';
import { placeByCode } from '../../../schema/places.ts';
import { countyByFips } from '../../intake/vocabulary/counties.ts';
import { badInput } from '../refusal.ts';
import type { Condition } from './source.ts';
import { arrayLiteral } from './statement.ts';

/** A list of a filter as it arrives; null means the same as left out, an empty list matches nothing. */
export type AnyOf<Value> = readonly Value[] | null | undefined;

/** Longer lists are a mistake or an attack; the 3,231 counties of the whole country fit. */
const MOST_VALUES = 4000;

/** `column` is one of the values. `type` is the SQL type of the column. */
export function anyOf(name: string, column: SQL, type: string, values: AnyOf<string>): Condition[] {
  if (values == null) return [];
  if (values.length > MOST_VALUES) throw badInput(`${name} takes at most ${MOST_VALUES} values.`);
  const [only] = values;
  if (only !== undefined && values.length === 1) {
    // An index on (column, order) gives the order for one value, not for a list of them.
    const equal = () => sql`${column} = ${sql.placeholder(name)}::${sql.raw(type)}`;
    return [{ shape: `${name}=`, sql: equal, values: { [name]: only } }];
  }
  const condition = () => sql`${column} = any(${sql.placeholder(name)}::${sql.raw(type)}[])`;
  return [{ shape: name, sql: condition, values: { [name]: arrayLiteral(values) } }];
}

export function anyState(column: SQL, codes: AnyOf<string>, name = 'states'): Condition[] {
  const known = codes?.map((code) => {
    const upper = code.toUpperCase();
    if (!placeByCode.has(upper)) throw badInput(`${name}: there is no place with the code ${JSON.stringify(code)}.`);
    return upper;
  });
  return anyOf(name, column, 'text', known);
}

export function anyCounty(column: SQL, fipsCodes: AnyOf<string>, name = 'counties'): Condition[] {
  for (const fips of fipsCodes ?? []) {
    if (!/^\d{5}$/.test(fips)) throw badInput(`${name}: ${JSON.stringify(fips)} is not a five-digit FIPS code.`);
    if (countyByFips(fips) === undefined) throw badInput(`${name}: there is no county with the FIPS code ${fips}.`);
  }
  return anyOf(name, column, 'text', fipsCodes);
}

/** `column` is an instant within the calendar days in New York, both included. */
export function betweenDays(
  name: string,
  column: SQL,
  from: string | null | undefined,
  to: string | null | undefined,
): Condition[] {
  checkSpan(name, from, to);
  return [
    ...onDay(`${name}From`, from, (day) => sql`${column} >= ${startOfDay(day)}`),
    ...onDay(`${name}To`, to, (day) => sql`${column} < ${startOfDay(sql`${day} + 1`)}`),
  ];
}

/** `column` is a calendar day within the days, both included. */
export function betweenDates(
  name: string,
  column: SQL,
  from: string | null | undefined,
  to: string | null | undefined,
): Condition[] {
  checkSpan(name, from, to);
  return [
    ...onDay(`${name}From`, from, (day) => sql`${column} >= ${day}`),
    ...onDay(`${name}To`, to, (day) => sql`${column} <= ${day}`),
  ];
}

/** No day lies in a span that ends before it begins: an answer of nothing would hide the mistake. */
function checkSpan(name: string, from: string | null | undefined, to: string | null | undefined): void {
  if (from == null || to == null || from <= to) return;
  throw badInput(`${name}From must not be after ${name}To: ${from} is after ${to}.`);
}

function onDay(name: string, day: string | null | undefined, condition: (day: SQL) => SQL): Condition[] {
  if (day == null) return [];
  return [{ shape: name, sql: () => condition(sql`${sql.placeholder(name)}::date`), values: { [name]: day } }];
}

/** The instant at which a calendar day begins where the lists are published. */
export function startOfDay(day: SQL): SQL {
  return sql`((${day})::timestamp at time zone 'America/New_York')`;
}

const LONGEST_TEXT = 200;

/** Text typed by a person, tidied; throws when it can't be searched for. */
export function readText(name: string, text: string): string {
  if (text.includes('\0')) throw badInput(`${name} must not contain the NUL character.`);
  if (text.length > LONGEST_TEXT) throw badInput(`${name} must be at most ${LONGEST_TEXT} characters long.`);
  return text.normalize('NFKC').replace(/[‘’ʼ]/g, "'").replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Words looked for; more of them do not make a search more precise. */
const MOST_WORDS = 8;

/** `column`, in lower case, contains each word of the text, or a word much like it. An empty text matches everything. */
export function like(column: SQL, text: string | null | undefined): Condition[] {
  const words = text == null ? [] : readText('text', text).split(' ').filter(Boolean).slice(0, MOST_WORDS);
  return words.map((word, index) => containsWord(column, word, String(index)));
}

/** What a word may be written as besides. */
const alsoWritten: Readonly<Record<string, string>> = {
  ...{ saint: 'st. ', 'st.': 'saint ', st: 'saint ' },
  ...{ fort: 'ft. ', 'ft.': 'fort ', ft: 'fort ', mount: 'mt. ', 'mt.': 'mount ', mt: 'mount ' },
};

/** The same for one word, in lower case; `name` tells its placeholders from those of others. */
export function containsWord(column: SQL, word: string, name: string): Condition {
  const pattern = (part: string): string => `%${part.replace(/[\\%_]/g, '\\$&')}%`;
  return {
    shape: `word${name}`,
    sql: () => sql`(lower(${column}) like any(${sql.placeholder(`patterns${name}`)}::text[])
      or ${sql.placeholder(`word${name}`)}::text <% lower(${column}))`,
    values: {
      [`patterns${name}`]: arrayLiteral([word, alsoWritten[word] ?? word].map(pattern)),
      [`word${name}`]: word,
    },
  };
}
