/** How well a name answers the words of a text: the one measure of every search, so that its hits can be compared. Pure. */
import { distance } from 'fastest-levenshtein';
import { isGeneric } from './words.ts';

/** Something that has a name. */
export interface Named {
  words: readonly string[];
  /** Words that may stand beside the name, such as `county`; asked for or not, they tell nothing. */
  beside: readonly string[];
}

/** What words like `county` and `police` count of a name; all others count 1. */
const GENERIC = 0.3;

/**
 * From 0, no answer, to 1.5, the very name: the share of the text that the name answers, and half the share of the
 * name that the text asks for. A name that does not have each telling word of the text, or none of its words, is no
 * answer.
 */
export function likeness(asked: readonly string[], { words, beside }: Named): number {
  const best = words.map(() => 0);
  let answered = 0;
  for (const [place, word] of asked.entries()) {
    // The last word may still be typed.
    const isLast = place === asked.length - 1;
    let most = beside.some((each) => each === word || (isLast && each.startsWith(word))) ? 1 : 0;
    for (const [index, each] of words.entries()) {
      const alike = likenessOfWords(word, each);
      most = Math.max(most, alike);
      best[index] = Math.max(best[index] ?? 0, alike);
    }
    if (most === 0 && !isGeneric(word)) return 0;
    answered += most;
  }
  if (best.every((each) => each === 0)) return 0;
  const weights = words.map((word) => (isGeneric(word) ? GENERIC : 1));
  const found = best.reduce((sum, each, index) => sum + each * (weights[index] ?? 0), 0);
  return answered / asked.length + found / (2 * weights.reduce((sum, each) => sum + each, 0));
}

/** 1: the same word; less for the beginning of one, and for a slip of the pen by each letter; 0: another word. */
function likenessOfWords(asked: string, word: string): number {
  if (asked === word) return 1;
  if (word.startsWith(asked)) return 0.7 + (0.3 * asked.length) / word.length;
  const slips = slipsBetween(asked, word);
  return slips === 0 ? 0 : 0.8 - 0.05 * slips;
}

/** Letters that may be wrong in a word of so many; the shorter it is, the more words are near to it by chance. */
function slipsIn(letters: number): number {
  if (letters >= 10) return 3;
  if (letters >= 6) return 2;
  return letters >= 4 ? 1 : 0;
}

/** Whether the one may have been meant by the other. */
export function isSlipOf(written: string, meant: string): boolean {
  return slipsBetween(written, meant) > 0;
}

/** Letters that are wrong, of which two that changed places are two; 0: the same word, or another one. */
function slipsBetween(written: string, meant: string): number {
  const most = slipsIn(Math.min(written.length, meant.length));
  if (Math.abs(written.length - meant.length) > most) return 0;
  const apart = distance(written, meant);
  return apart <= most ? apart : 0;
}
