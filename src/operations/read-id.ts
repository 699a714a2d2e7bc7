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
  /** The command that prints the ids. */
  printedBy: string;
  /** Ids, each with what tells it from others. */
  candidates: SQL;
}

const kinds: Record<Prefix, Kind> = {
  snapshot: {
    name: 'list',
    printedBy: 'accord287 lists --status ALL',
    candidates: sql`select id, file_name || ', ' || status::text as label from ${snapshots}`,
  },
  review: {
    name: 'review item',
    printedBy: 'accord287 review list',
    candidates: sql`select id, kind::text || ', ' || left_key || ' | ' || right_key as label from ${reviewItems}`,
  },
  decision: {
    name: 'decision',
    printedBy: 'accord287 decisions',
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
  const { name } = kinds[expected];
  const [, prefix, id = ''] = /^(?:([a-z]+)_)?(.*)$/is.exec(text) ?? [];
  const beginning = id.toLowerCase();
  if (/^[0-9a-f]+$/.test(beginning) && beginning.length < LEAST_LETTERS) {
    throw new Refusal('BAD_ARGUMENT', `"${text}" is too short for an id: give at least ${LEAST_LETTERS} characters.`);
  }
  if (!isBeginning(beginning)) throw new Refusal('BAD_ARGUMENT', `"${text}" is not the id of a ${name}.`);
  const found = prefix === undefined || prefix === expected ? await beginningWith(db, beginning, expected) : [];
  const [first, ...others] = found;
  if (first === undefined) throw await noneSuch(db, text, beginning, expected);
  if (others.length === 0) return first.id;
  const shown = found.slice(0, MOST_SHOWN).map((each) => `\n  ${each.id}  ${each.label}`);
  const more = found.length > MOST_SHOWN ? '\n  …' : '';
  throw new Refusal('BAD_ARGUMENT', `Several ids of ${name}s begin with "${beginning}":${shown.join('')}${more}`);
}

const beginningWith = (db: Database, beginning: string, kind: Prefix): Promise<{ id: string; label: string }[]> =>
  selectRecords(
    db,
    sql`select id, label from (${kinds[kind].candidates}) candidate where id::text like ${`${beginning}%`}
      order by id limit ${MOST_SHOWN + 1}::int`,
  );

/** Where it is the id of another thing, it says of what, and what prints the ids of the thing that is meant. */
async function noneSuch(db: Database, text: string, beginning: string, expected: Prefix): Promise<Refusal> {
  const { name, printedBy } = kinds[expected];
  for (const kind of ['snapshot', 'review', 'decision'] as const) {
    if (kind === expected) continue;
    const [other] = await beginningWith(db, beginning, kind);
    if (other === undefined) continue;
    const what = `"${text}" is the id of a ${kinds[kind].name} (${other.label}), not of a ${name}`;
    return new Refusal('BAD_ARGUMENT', `${what}: "${printedBy}" prints those.`);
  }
  return new Refusal('NOT_FOUND', `There is no ${name} ${beginning}.`);
}

/** What names one thing in what an act is given. */
const named: Record<string, Prefix> = { list: 'snapshot', reviewItem: 'review', decision: 'decision' };

/** The same with ids whole: the beginning of one may be that of others tomorrow. What names nothing stays as it is. */
export async function withWholeIds(db: Database, given: Record<string, unknown>): Promise<Record<string, unknown>> {
  const whole = { ...given };
  for (const [field, prefix] of Object.entries(named)) {
    const text = given[field];
    if (typeof text !== 'string') continue;
    try {
      whole[field] = await findId(db, text, prefix);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return whole;
}
