/**
 * Names for agencies that do not exist. Every name is two invented words, the agency's kind and the mark SAMPLE. The
 * words are far apart in spelling, because names of one state that look alike would be paired as renames.
 */
import { distance } from 'fastest-levenshtein';
import type { AgencyType } from '../../../schema/enums.ts';
import { createChance } from '../random.ts';

export const sampleMark = '(SAMPLE)';

/** Two lists of as many words; more agencies than that in one place reuse words in new pairs. */
const wordsInList = 350;
/** Edits between any two of the nine-letter words: a pair that shares one word is still less than 0.8 alike. */
const leastEdits = 5;

export interface NameSource {
  /** A name that no other agency of the place has. */
  nameFor(placeCode: string, type: AgencyType): string;
}

export function createNameSource(seed: string): NameSource {
  const words = inventWords(seed, 2 * wordsInList);
  const first = words.slice(0, wordsInList);
  const second = words.slice(wordsInList);
  const taken = new Map<string, number>();
  return {
    nameFor: (placeCode, type) => {
      const turn = taken.get(placeCode) ?? 0;
      taken.set(placeCode, turn + 1);
      const round = Math.floor(turn / wordsInList);
      if (round >= wordsInList) throw new RangeError(`No placeholder names left in ${placeCode}.`);
      // Each place starts at another word; no word repeats within a round, and no pair of words at all.
      const start = createChance(`${seed}/names/${placeCode}`).below(wordsInList);
      const left = first[(turn + start) % wordsInList];
      const right = second[(turn + start * 7 + round) % wordsInList];
      return `${left} ${right} ${kindWords[type]} ${sampleMark}`;
    },
  };
}

const kindWords: Record<AgencyType, string> = {
  COUNTY: "County Sheriff's Office",
  MUNICIPALITY: 'Police Department',
  STATE: 'Department of Corrections',
  OTHER: 'Airport Authority Police',
};

function inventWords(seed: string, count: number): string[] {
  const chance = createChance(`${seed}/words`);
  const letter = (letters: string): string => letters.charAt(chance.below(letters.length));
  const words: string[] = [];
  while (words.length < count) {
    const word = Array.from('cvcvcvcvc', (sound) => letter(sound === 'c' ? 'bdfgklmnprstvz' : 'aeiou')).join('');
    if (words.every((other) => distance(other, word) >= leastEdits)) words.push(word);
  }
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
}
