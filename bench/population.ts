/**
 * Made-up agencies for the benches, any number of them, the same in every run: names of made-up words, unevenly
 * spread over 51 places as the real ones are (the first place has about a fifth of all, the last a two-hundredth).
 */
import { createHash } from 'node:crypto';
import { type Place, places } from '../schema/places.ts';

const contested = ['FL', 'TX', 'TN', 'GA', 'NC', 'PA', 'SC', 'VA', 'AL', 'AR'];

/** The fifty states and the district, those with most agencies first. */
export const populatedPlaces: readonly Place[] = places
  .filter(({ kind }) => kind !== 'TERRITORY')
  .toSorted((a, b) => rank(a.code) - rank(b.code));

function rank(code: string): number {
  const index = contested.indexOf(code);
  return index === -1 ? contested.length : index;
}

/** Share of each place up to and including it: harmonic, as ranks of places are. */
const upTo = populatedPlaces.map((_, index) => harmonic(index + 1) / harmonic(populatedPlaces.length));

function harmonic(count: number): number {
  return Array.from({ length: count }, (_, index) => 1 / (index + 1)).reduce((sum, each) => sum + each, 0);
}

/** Where the agency of this number is. */
export function placeOf(agency: number): Place {
  const chance = scattered(agency) / 2 ** 32;
  const found = populatedPlaces[upTo.findIndex((share) => chance < share)];
  if (found === undefined) throw new Error('The shares do not add up to one.');
  return found;
}

/** Unlike the name of any other number: at least three syllables of nine differ. */
export function nameOf(agency: number): string {
  const [first, second] = [scattered(agency), scattered(agency ^ 0x5bd1e995)];
  return `${word(first)} ${word(second)} ${word(agency)} County Sheriff's Office`;
}

const consonants = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'z', 'h'];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'oo'];

function word(number: number): string {
  let rest = number >>> 0;
  let text = '';
  for (let syllable = 0; syllable < 3; syllable += 1) {
    text += `${consonants[rest & 15]}${vowels[(rest >> 4) & 7]}`;
    rest >>>= 7;
  }
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

/** A number's place in a fixed shuffle of all 32-bit numbers (the finaliser of MurmurHash 3). */
export function scattered(number: number): number {
  let h = number >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A day of 2025 or early 2026 that follows from the number. */
export function dayOf(number: number): string {
  return new Date(Date.UTC(2025, 0, 20) + (scattered(number ^ 0x1234) % 400) * 86_400_000).toISOString().slice(0, 10);
}

/** A uuid that follows from a name. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
