/** How alike two canonical names are, and whether one contains the other: evidence for pairing, never a key. */
import { distance } from 'fastest-levenshtein';

/** 1 for equal names, 0 for nothing in common: one minus the edit distance over the longer length. */
export function nameSimilarity(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  return length === 0 ? 1 : 1 - distance(left, right) / length;
}

/** The words of a canonical name in an order that is their own: equal for names of the same words. */
export const wordsOf = (name: string): string => name.split(' ').sort().join(' ');

/** Letters of other alphabets by the Latin ones that they look like, in capitals or small. */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  [
    ['авсеѕіјкмнорԛтуԝхѵё', 'abcesijkmhopqtywxve'],
    ['αβεζηικμνορτυχ', 'abezhikmnoptyx'],
  ].flatMap(([others = '', latin = '']) => [...others].map((letter, at) => [letter, latin.charAt(at)] as const)),
);

/** What a county is called, and sheets leave out now and then. */
const countyWords: ReadonlySet<string> = new Set(['county', 'parish', 'borough']);

/** Whether two canonical names differ only in letters that look alike, or in a word for a county. */
export const isLookAlike = (left: string, right: string): boolean => bareName(left) === bareName(right);

function bareName(name: string): string {
  const letters = [...name.normalize('NFD').replace(/\p{M}/gu, '')].map((letter) => lookAlikes.get(letter) ?? letter);
  return letters
    .join('')
    .split(' ')
    .filter((word) => !countyWords.has(word))
    .join(' ');
}

/**
 * Words that make a different town, district or campus of a name that contains them: Melbourne and Melbourne Beach,
 * the University of Florida and the University of West Florida are four agencies.
 */
const placeMakingWords: ReadonlySet<string> = new Set(
  (
    'north south east west northern southern eastern western central upper lower new old mount port lake fort ' +
    'beach shores island isle springs park hills heights valley grove ridge point harbor bay river falls gardens ' +
    'junction village estates university college'
  ).split(' '),
);

export type Containment = 'NONE' | 'CONTAINS' | 'ANOTHER_PLACE';

/**
 * Whether every word of one name stands in the other. ANOTHER_PLACE when the extra words name another place, which
 * makes containment no evidence at all.
 */
export function wordContainment(left: string, right: string): Containment {
  const [few, many] = [left.split(' '), right.split(' ')].sort((a, b) => a.length - b.length) as [string[], string[]];
  if (!few.every((word) => many.includes(word))) return 'NONE';
  return many.some((word) => !few.includes(word) && placeMakingWords.has(word)) ? 'ANOTHER_PLACE' : 'CONTAINS';
}
