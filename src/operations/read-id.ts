/** Ids as an operator gives them: a row's own, or the API's, which has the type's prefix before it. */
import { Refusal } from './operations.ts';

/** What a person calls the things, by the prefix of their ids in the API. */
const names = { snapshot: 'list', review: 'review item', decision: 'decision' } as const;

export type Prefix = keyof typeof names;

/** The row's own id. Throws {@link Refusal} for what is none, or is one of another thing. */
export function readId(text: string, expected: Prefix): string {
  const [, prefix, id] = /^(?:([a-z]+)_)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(text) ?? [];
  if (id === undefined || (prefix !== undefined && prefix !== expected)) {
    throw new Refusal('BAD_ARGUMENT', `"${text}" is not the id of a ${names[expected]}.`);
  }
  return id.toLowerCase();
}
