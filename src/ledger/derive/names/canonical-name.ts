/**
 * The canonical form of an agency's name: what two spellings must share to be one agency at once. It drops what
 * sheets write either way (case, quotes, punctuation, abbreviations, "Sheriff's Office" or "Sheriffs Department")
 * and keeps every word that tells agencies apart. Changing it changes identities: raise the rules version.
 */

/** Words that sheets write in several ways, and the one that stands for them. */
const sameWords: ReadonlyMap<string, string> = new Map([
  ['sheriffs', 'sheriff'],
  ['dept', 'department'],
  ['depart', 'department'],
  ['departments', 'department'],
  ['saint', 'st'],
  ['twp', 'township'],
  ['co', 'county'],
  ['offic', 'office'],
  ['ofice', 'office'],
  ['offices', 'office'],
]);

const droppedWords: ReadonlySet<string> = new Set(['of', 'the']);

/** Phrases that name one thing, once the words are settled. */
const samePhrases: readonly (readonly [RegExp, string])[] = [
  [/\bpd\b/g, 'police department'],
  [/\bso\b/g, 'sheriff office'],
  [/\bsheriff (?:office|department)\b/g, 'sheriff'],
  [/\bpolice department\b/g, 'police'],
];

/** The name with compatibility forms, no-break and zero-width spaces, quotes and runs of white space tidied. */
export function tidyName(printed: string): string {
  return printed
    .normalize('NFKC')
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/[\u2018\u2019\u201A\u201B\u02BC\u00B4`]/g, "'")
    .replace(/[\u201C\u201D\u201E]/g, '"')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Lower-case words, separated by one space; equal for spellings of one name. May be empty for a name of no words. */
export function canonicalName(printed: string): string {
  const words = tidyName(printed)
    .toLowerCase()
    .replace(/['"]/g, '')
    .replace(/&/g, ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .map((word) => sameWords.get(word) ?? word)
    .filter((word) => !droppedWords.has(word));
  return samePhrases.reduce((name, [phrase, one]) => name.replace(phrase, one), words.join(' '));
}
