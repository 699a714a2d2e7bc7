/**
 * What cannot be read is not absent: a row whose state, agency or model cannot be read may be any agreement missing
 * from its list that agrees in what can be read of it. Pure, and constant in time for each agreement asked about,
 * however many such rows there are.
 */
import { plausibleSignedOn } from '../../../intake/row/plausible-signed-on.ts';
import type { AgreementState, UnreadableRow } from '../place-state.ts';

/** Whether the list may show this agreement, of the agency with this key, in a row that cannot be read. */
export type Shield = (
  agency: string,
  agreement: Pick<AgreementState, 'model' | 'signedOn' | 'memorandumUrl'>,
) => boolean;

/** What the rows of one agency and model (either may be unreadable) print beside them. */
interface Printed {
  signedOn: Set<string>;
  links: Set<string>;
  /** Whether there is a row that its readable cells alone tell: any, one without SIGNED, without link, without both. */
  told: { any: boolean; noSigned: boolean; noLink: boolean; neither: boolean };
}

/**
 * The shield of a list's unreadable rows in one place: those of the place, and those of no readable state, which may be
 * of any. `agencyOf` gives the key of the agency that a canonical name means there; null: of none.
 */
export function shieldOf(
  rows: readonly UnreadableRow[],
  agencyOf: (nameKey: string) => string | null,
  publishedAt: string,
): Shield {
  if (rows.length === 0) return () => false;
  // Only once something is missing: of a list that is all new, nothing is.
  let printed: Map<string, Printed> | null = null;
  return (agency, agreement) => {
    printed ??= byAgencyAndModel(rows, agencyOf, publishedAt);
    for (const key of [agency, '']) {
      for (const model of [agreement.model, '']) if (agrees(printed.get(`${key}\n${model}`), agreement)) return true;
    }
    return false;
  };
}

function byAgencyAndModel(
  rows: readonly UnreadableRow[],
  agencyOf: (nameKey: string) => string | null,
  publishedAt: string,
): Map<string, Printed> {
  const printed = new Map<string, Printed>();
  for (const row of rows) {
    const agency = row.nameKey === null ? '' : agencyOf(row.nameKey);
    // A name that means no agency is of none that is missing.
    if (agency !== null) add(printedUnder(printed, agency, row.model ?? ''), row, publishedAt);
  }
  return printed;
}

function printedUnder(printed: Map<string, Printed>, agency: string, model: string): Printed {
  const key = `${agency}\n${model}`;
  const known = printed.get(key) ?? {
    signedOn: new Set(),
    links: new Set(),
    told: { any: false, noSigned: false, noLink: false, neither: false },
  };
  printed.set(key, known);
  return known;
}

function add(printed: Printed, row: UnreadableRow, publishedAt: string): void {
  const signedOn = plausibleSignedOn(row.signedOn, publishedAt);
  const { memorandumUrl } = row;
  const readable = [row.placeCode, row.nameKey, row.model].filter((cell) => cell !== null).length;
  if (memorandumUrl !== null) printed.links.add(memorandumUrl);
  // Of a row without any of the three, such as a note under the table, only the link says what it is.
  if (readable > 0 && signedOn !== null) printed.signedOn.add(signedOn);
  // A state alone, or a model alone, is that of hundreds: it takes SIGNED or the link too.
  if (readable < 2 && row.nameKey === null) return;
  printed.told.any = true;
  printed.told.noSigned ||= signedOn === null;
  printed.told.noLink ||= memorandumUrl === null;
  printed.told.neither ||= signedOn === null && memorandumUrl === null;
}

/** SIGNED or the link is the same, or there is neither that both have. */
function agrees(
  printed: Printed | undefined,
  { signedOn, memorandumUrl }: Pick<AgreementState, 'signedOn' | 'memorandumUrl'>,
): boolean {
  if (printed === undefined) return false;
  if (signedOn !== null && printed.signedOn.has(signedOn)) return true;
  if (memorandumUrl !== null && printed.links.has(memorandumUrl)) return true;
  // Else by a row that has nothing of what the agreement has.
  const { any, noSigned, noLink, neither } = printed.told;
  if (signedOn !== null) return memorandumUrl === null ? noSigned : neither;
  return memorandumUrl === null ? any : noLink;
}
