/** How a text that somebody typed can be understood: as a name, or as a name and the place where it is. Pure. */
import { places } from '../../../schema/places.ts';
import { isSlipOf } from './likeness.ts';
import { wordsOf } from './words.ts';

/** One way to understand a text: words of a name, in one place or anywhere. */
export interface Reading {
  words: readonly string[];
  placeCode: string | null;
}

/** Words read; more of them do not make a search more precise. */
const MOST_WORDS = 10;

/** Every way to understand the text: the whole of it as a name, and a state's name or code at either end as a place. */
export function readingsOf(text: string): Reading[] {
  const parts = text.match(/[\p{L}\p{N}'’ʼ.-]+/gu) ?? [];
  const readings: Reading[] = [];
  const add = (kept: readonly string[], placeCode: string | null): void => {
    const words = wordsOf(kept.join(' ')).slice(0, MOST_WORDS);
    if (words.length > 0) readings.push({ words, placeCode });
  };
  add(parts, null);
  for (let length = Math.min(MOST_STATE_WORDS, parts.length - 1); length > 0; length -= 1) {
    const [head, tail] = [parts.slice(0, length), parts.slice(-length)];
    for (const code of placesSaid(tail)) add(parts.slice(0, -length), code);
    for (const code of placesSaid(head)) add(parts.slice(length), code);
  }
  return readings;
}

/** A text whose last words are the beginning of the name of some states. */
export interface BegunPlace {
  /** What stands before them. */
  text: string;
  placeCodes: readonly string[];
}

/** How to understand a text that is still being typed: its end as the beginning of a state's name. */
export function begunPlaceOf(text: string): BegunPlace | null {
  const parts = text.trim().split(/\s+/);
  for (let length = Math.min(MOST_STATE_WORDS, parts.length - 1); length > 0; length -= 1) {
    const said = stateKey(parts.slice(-length).join(' '));
    const begun = said === '' ? [] : places.filter(({ name }) => stateKey(name).startsWith(said));
    if (begun.length > 0) return { text: parts.slice(0, -length).join(' '), placeCodes: begun.map(({ code }) => code) };
  }
  return null;
}

/** `District of Columbia`. */
const MOST_STATE_WORDS = 3;

const codes: ReadonlyMap<string, string> = new Map(
  places.flatMap(({ code, name }): [string, string][] => [
    [code.toLowerCase(), code],
    [stateKey(name), code],
  ]),
);
const abbreviations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ala: 'AL',
    ariz: 'AZ',
    ark: 'AR',
    calif: 'CA',
    colo: 'CO',
    conn: 'CT',
    fla: 'FL',
    ill: 'IL',
    ind: 'IN',
    kans: 'KS',
    mass: 'MA',
    mich: 'MI',
    minn: 'MN',
    miss: 'MS',
    mont: 'MT',
    okla: 'OK',
    oreg: 'OR',
    penn: 'PA',
    tenn: 'TN',
    tex: 'TX',
    wash: 'WA',
    wis: 'WI',
    wyo: 'WY',
  }),
);

function stateKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim();
}

/** The place that these words name, or nearly name; no more than one. */
function placesSaid(parts: readonly string[]): string[] {
  const said = stateKey(parts.join(' '));
  const known = codes.get(said) ?? abbreviations.get(said);
  if (known !== undefined) return [known];
  const near = places.filter(({ name }) => isSlipOf(said, stateKey(name)));
  return near.length === 1 ? near.map(({ code }) => code) : [];
}
