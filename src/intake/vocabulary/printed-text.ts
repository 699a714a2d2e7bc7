/** Text as printed: what can be stored of it, how it is folded to be compared, and how it is quoted to people. */

/** PostgreSQL holds no U+0000 and no half of a surrogate pair: each becomes the replacement character. */
export function storableText(text: string): string {
  return text.replace(/\p{Surrogate}|\0/gu, '\uFFFD');
}

/** White space of every kind to single spaces, invisible characters out, curly quotes to straight ones. */
export function tidyText(text: string): string {
  return tidySpace(text.normalize('NFKC'))
    .replace(/[\u2018\u2019\u201B\u0060\u00B4\u02BC]/g, "'")
    .replace(/[\u201C\u201D]/g, '"');
}

/** White space of every kind to single spaces, invisible characters out; nothing else changes. */
export function tidySpace(text: string): string {
  return text
    .replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The form in which vocabularies are looked up: tidy and upper case. */
export function foldText(text: string): string {
  return tidyText(text).toUpperCase();
}

/** The sheets leave a cell empty, or print one of Excel's ways to say that there is nothing. */
export function isBlank(text: string): boolean {
  return /^(#?N\??\/?A)?$/i.test(tidySpace(text));
}

/** For messages: quoted, on one line, cut to a length that a person reads. */
export function quoteText(text: string): string {
  const line = tidySpace(text);
  return `“${storableText(line.length > 80 ? `${line.slice(0, 79)}…` : line)}”`;
}
