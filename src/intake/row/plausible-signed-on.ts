/** The one check of a row that depends on the list: whether SIGNED can be true of a list published when it was. */

/** The year of the statute. */
const FIRST_YEAR = 1996;

/** The first and the last day, `YYYY-MM-DD`, that SIGNED can be: 1996 to the year after the list's publication. */
export function plausibleYears(publishedAt: string): { first: string; last: string } {
  return { first: `${FIRST_YEAR}-01-01`, last: `${new Date(publishedAt).getUTCFullYear() + 1}-12-31` };
}

/** The day, or null when its year is not plausible. */
export function plausibleSignedOn(signedOn: string | null, publishedAt: string): string | null {
  if (signedOn === null) return null;
  const { first, last } = plausibleYears(publishedAt);
  return signedOn >= first && signedOn <= last ? signedOn : null;
}
