/**
 * Instants as the database writes them. They stay text until a client selects them, because a page holds many and
 * few are asked for.
 */

/** An instant in PostgreSQL's text form, such as `2026-02-02 14:00:00+00`. */
export type InstantText = string;

/** The same instant as ISO 8601 in UTC with milliseconds. */
export function toIsoInstant(text: InstantText): string {
  // The usual form when the session's time zone is UTC and there are no fractions; anything else takes the long way.
  if (text.length === 22 && text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`;
  return new Date(text).toISOString();
}
