/**
 * Ids as an operator gives them: a row's own, or the API's, which has the type's prefix before it; whole, or as much of
 * the beginning as no other has.
 */
import { type SQL, sql } from 'drizzle-orm';
import { decisions } from '../../schema/tables/decisions.ts';
import { reviewItems } from '../../schema/tables/reviews.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { Database } from '../database/database.ts';
import { selectRecords } from '../database/records.ts';
import { Refusal } from './operations.ts';

export type Prefix = 'snapshot' | 'review' | 'decision';

interface Kind {
  /** What a person calls the thing. */
  name: string;
  /** Ids, each with what tells it from others. */
  candidates: SQL;
}

const kinds: Record<Prefix, Kind> = {
  snapshot: {
    name: 'list',
    candidates: sql`select id, file_name || ', ' || status::text as label from ${snapshots}`,
  },
  review: {
    name: 'review item',
    candidates: sql`select id, kind::text || ', ' || left_key || ' | ' || right_key as label from ${reviewItems}`,
  },
  decision: {
    name: 'decision',
    candidates: sql`select id, kind::text || ', ' || reason as label from ${decisions}`,
  },
};

/** Fewer letters would name another thing tomorrow. */
const LEAST_LETTERS = 4;
const MOST_SHOWN = 5;

const pattern = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';

/** Whether the text is the beginning of a uuid, dashes where they belong. */
const isBeginning = (text: string): boolean =>
  text.length >= LEAST_LETTERS &&
  text.length <= pattern.length &&
  [...text].every((letter, at) => (pattern[at] === '-' ? letter === '-' : /[0-9a-f]/.test(letter)));

/** The row's own id. Throws {@link Refusal} for what is none, is one of another thing, or is one of several. */
export async function findId(db: Database, text: string, expected: Prefix): Promise<string> {
  const { name, candidates } = kinds[expected];
  const [, prefix, id = ''] = /^(?:([a-z]+)_)?(.*)$/is.exec(text) ?? [];
  const beginning = id.toLowerCase();
  if (!isBeginning(beginning) || (prefix !== undefined && prefix !== expected)) {
    throw new Refusal('BAD_ARGUMENT', `"${text}" is not the id of a ${name}.`);
  }
  const found = await selectRecords<{ id: string; label: string }>(
    db,
    sql`select id, label from (${candidates}) candidate where id::text like ${`${beginning}%`}
      order by id limit ${MOST_SHOWN + 1}::int`,
  );
  const [first, ...others] = found;
  if (first === undefined) throw new Refusal('NOT_FOUND', `There is no ${name} ${beginning}.`);
  if (others.length === 0) return first.id;
  const shown = found.slice(0, MOST_SHOWN).map((each) => `\n  ${each.id}  ${each.label}`);
  const more = found.length > MOST_SHOWN ? '\n  …' : '';
  throw new Refusal('BAD_ARGUMENT', `Several ids of ${name}s begin with "${beginning}":${shown.join('')}${more}`);
}
