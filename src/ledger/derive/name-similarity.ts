/** How alike two canonical names are, and whether one contains the other: evidence for pairing, never a key. */
import { distance } from 'fastest-levenshtein';

/** 1 for equal names, 0 for nothing in common: one minus the edit distance over the longer length. */
export function nameSimilarity(left: string, right: string): number {
  const length = Math.max(left.length, right.length);
  return length === 0 ? 1 : 1 - distance(left, right) / length;
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
