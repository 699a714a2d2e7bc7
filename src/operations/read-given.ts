/** Texts as an operator gives them, before a database sees them. */
import { parseGivenInstant } from '../intake/published-at.ts';
import { Refusal } from './operations.ts';

const MOST_CHARACTERS = 2_000;

/** Throws {@link Refusal} that names the argument, for text that cannot be stored or has no end. */
export function checkGiven(given: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(given)) {
    for (const text of Array.isArray(value) ? value : [value]) {
      if (typeof text !== 'string') continue;
      if (text.length > MOST_CHARACTERS)
        throw new Refusal(
          'BAD_ARGUMENT',
          `${name} has ${text.length} characters; at most ${MOST_CHARACTERS} are taken.`,
        );
      if (text.includes('\0') || !isWellFormed(text))
        throw new Refusal('BAD_ARGUMENT', `${name} holds a character that is none.`);
    }
  }
}

/** A person's word is kept with why it was given. */
export function checkReason(reason: string): void {
  checkGiven({ reason });
  if (reason.trim() === '') throw new Refusal('BAD_ARGUMENT', 'reason must say why.');
}

/** Throws {@link Refusal} for a day or instant of no year that a database or a person knows. */
export function checkInstant(name: string, text: string): void {
  const instant = parseGivenInstant(text);
  if (instant !== null && !/^(19|2\d)\d\d-/.test(instant))
    throw new Refusal('BAD_ARGUMENT', `${name} "${text}" is not of a year from 1900 to 2999.`);
}

/** No half of a surrogate pair stands alone. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
