/** The one check of a row that depends on the list: whether SIGNED can be true of a list published when it was. */

/** The year of the statute. */
const FIRST_YEAR = 1996;

/** The day, or null when its year lies outside 1996 to the year after the list's publication. */
export function plausibleSignedOn(signedOn: string | null, publishedAt: string): string | null {
  if (signedOn === null) return null;
  const year = Number(signedOn.slice(0, 4));
  return year >= FIRST_YEAR && year <= new Date(publishedAt).getUTCFullYear() + 1 ? signedOn : null;
}
