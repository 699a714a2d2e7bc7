/**
 * Search by name over states, counties and agencies, best match first, tolerant of typos. Places are scored in
 * memory and agencies by pg_trgm, by one measure: the share of the text's trigrams that the name has.
 */
import { sql } from 'drizzle-orm';
import { agencies } from '../../schema/tables/agencies.ts';
import { type AgencyRow, agencySource } from './agencies.ts';
import { like, readText } from './keyset/condition.ts';
import { allOf, rowReader, valuesOf } from './keyset/source.ts';
import type { Statements } from './keyset/statement.ts';
import { allCounties, type CountyRow, type StateRow, statesOf } from './places.ts';

export type SearchHit = StateRow | CountyRow | AgencyRow;

interface Scored {
  hit: SearchHit;
  score: number;
}

/** Below this share of common trigrams a place's name is called a chance likeness. */
const LEAST_SCORE = 0.5;

/** At most `limit` hits. An empty text finds nothing; one that can't be searched for throws BAD_USER_INPUT. */
export async function search(statements: Statements, text: string, limit: number): Promise<SearchHit[]> {
  const wanted = readText('text', text);
  if (wanted === '' || limit === 0) return [];
  const found = [...searchPlaces(wanted), ...(await searchAgencies(statements, wanted, limit))];
  // The sort is stable: equal scores keep states before counties before agencies.
  found.sort((left, right) => right.score - left.score);
  return found.slice(0, limit).map((each) => each.hit);
}

async function searchAgencies(statements: Statements, wanted: string, limit: number): Promise<Scored[]> {
  const words = like(agencyName, wanted);
  const build = () => {
    const fields = Object.keys(agencySource.columns);
    const names = sql.join(Object.values(agencySource.columns), sql`, `);
    const whole = sql`${sql.placeholder('wanted')}::text`;
    const name = sql`lower(${agencyName})`;
    const readAgency = rowReader<AgencyRow>('Agency', fields);
    return {
      query: sql`select ${names}, (word_similarity(${whole}, ${name}) + similarity(${whole}, ${name}))::float8 as score
        from ${agencies} where ${agencySource.visible} and ${allOf(words.map((each) => each.sql()))}
        order by score desc, ${agencyName} collate "C", ${agencies.id} limit ${sql.placeholder('limit')}::int`,
      read: (cells: readonly unknown[]): Scored => ({ hit: readAgency(cells), score: Number(cells[fields.length]) }),
    };
  };
  return statements.run(`search ${words.length}`, build, { ...valuesOf(words), wanted, limit });
}

const agencyName = sql`${agencies.name}`;

interface KnownPlace {
  hit: SearchHit;
  name: string;
  trigrams: ReadonlySet<string>;
}

let known: readonly KnownPlace[] | undefined;

function searchPlaces(wanted: string): Scored[] {
  known ??= [...statesOf(null), ...allCounties()].map((hit) => {
    const name = hit.name.toLowerCase();
    return { hit, name, trigrams: trigramsOf(name) };
  });
  const code = wanted.toUpperCase();
  const bare = wanted.replace(/ (county|parish|borough)$/, '');
  const trigrams = trigramsOf(bare);
  if (trigrams.size === 0) return [];
  return known.flatMap((place): Scored[] => {
    if ('code' in place.hit && place.hit.code === code) return [{ hit: place.hit, score: 2 }];
    const common = [...trigrams].filter((each) => place.trigrams.has(each)).length;
    const share = common / trigrams.size;
    if (share < LEAST_SCORE) return [];
    return [{ hit: place.hit, score: share + common / (trigrams.size + place.trigrams.size - common) }];
  });
}

/** As pg_trgm makes them: each word with two spaces before it and one after. */
function trigramsOf(text: string): Set<string> {
  const trigrams = new Set<string>();
  for (const word of text.match(/[\p{L}\p{N}]+/gu) ?? []) {
    const padded = `  ${word} `;
    for (let start = 0; start + 3 <= padded.length; start += 1) trigrams.add(padded.slice(start, start + 3));
  }
  return trigrams;
}
