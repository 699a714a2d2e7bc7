/**
 * The words of a text or a name, folded so that the two can be compared: in lower case and plain letters, with
 * abbreviations written out, and with a short article joined to the word that it belongs to. Pure.
 */

/** Spellings that mean the same; in a name and in a text alike. */
const writtenOut: Readonly<Record<string, readonly string[]>> = {
  st: ['saint'],
  ste: ['sainte'],
  ft: ['fort'],
  mt: ['mount'],
  twp: ['township'],
  dept: ['department'],
  so: ['sheriffs', 'office'],
  pd: ['police', 'department'],
  sd: ['sheriffs', 'department'],
};

/** `De Soto` and `DeSoto`, `La Salle` and `LaSalle` are one name. */
const joinedToNext: ReadonlySet<string> = new Set(['de', 'du', 'la', 'le', 'mc', 'mac', 'o']);

/** `d.c.` is one word. Of a text in lower case. */
export const joinInitials = (text: string): string =>
  text.replace(/\b[a-z](?:\.[a-z])+\b\.?/g, (initials) => initials.replaceAll('.', ''));

export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’ʼ]/g, '')
    .toLowerCase();
  const parts = joinInitials(plain).match(/[\p{L}\p{N}]+/gu) ?? [];
  const words: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    const next = parts[index + 1];
    if (joinedToNext.has(part) && next !== undefined && !isGeneric(next)) {
      words.push(part + next);
      index += 1;
    } else words.push(...(writtenOut[part] ?? [part]));
  }
  return words;
}

/** Words that many names have: they tell little. */
const generic: ReadonlySet<string> = new Set(
  `county parish borough city town township village of the and office department police sheriff sheriffs constable
    constables public safety jail corrections`.split(/\s+/),
);

export const isGeneric = (word: string): boolean => generic.has(word);
