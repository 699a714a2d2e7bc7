/**
 * STATE: the 56 places by name or postal code, the misspellings met, each with the list that first shows it, and slips
 * that the rest of the row confirms.
 */
import { placeByCode, places } from '../../../schema/places.ts';
import { declared, type Reading, readSlip, readWord, type Vocabulary } from '../table/reading.ts';
import { nearSpelling } from '../vocabulary/near-spelling.ts';
import { foldText, quoteText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';
import { countyOfName, hasCounty } from './read-county.ts';

const misspellings: readonly [printed: string, code: string][] = [
  ['UTAHJ', 'UT'], // 2025-07-03 participating
  ['WEST VIRIGINIA', 'WV'], // 2025-08-01 participating
  ['MCHIGAN', 'MI'], // 2025-10-15 pending
  ['WEST VIRIGINA', 'WV'], // 2026-02-02 pending
  ['PENNSLYVANIA', 'PA'], // 2026-02-17 participating, 68 of 69 rows on 2026-02-27
];

const names: readonly [name: string, code: string][] = places.map(({ name, code }) => [name.toUpperCase(), code]);

const vocabulary: Vocabulary<string> = {
  spellings: new Map(
    names.flatMap(([name, code]) => [
      [name, code],
      [code, code],
    ]),
  ),
  misspellings: new Map(misspellings),
  rule: 'state-spelling',
  unknown: 'UNKNOWN_STATE',
  noun: 'a state, district or territory',
};

/** USPS code that a state's spelling is declared to mean, whatever stands beside it. */
export const declaredPlace = (printed: string): string | undefined => declared(foldText(printed), vocabulary);

/** What else the row says of where the agency is. */
export interface PlaceWitnesses {
  /** The COUNTY cell; empty when there is none. */
  county: string;
  agencyName: string;
}

/** USPS code of the printed state. A slip is read only where the row itself confirms the state that it is near to. */
export function readPlace(
  printed: string,
  witnesses: PlaceWitnesses,
  { states }: Spellings = noSpellings,
): Reading<string> {
  const folded = foldText(printed);
  const reading = readWord(folded, vocabulary, states);
  if (reading.value !== null) return reading;
  // Two letters say nothing of which two were meant, so postal codes are not among the names. Nor is what an operator
  // added: that is read where it is printed, and nowhere else.
  const near = nearSpelling(folded, [...names, ...misspellings]);
  const witness = near === null ? null : confirmed(near.value, witnesses);
  if (near === null || witness === null) return reading;
  const name = placeByCode.get(near.value)?.name ?? near.value;
  const because = `no other state is within two letters, and ${witness}`;
  return readSlip(near.value, 'state-near-spelling', name, because);
}

/** What beside the cell says that the agency is in that place; null where nothing does. */
function confirmed(placeCode: string, { county, agencyName }: PlaceWitnesses): string | null {
  const name = placeByCode.get(placeCode)?.name ?? placeCode;
  if (hasCounty(placeCode, county)) return `${quoteText(county)} is a county there`;
  const inName = countyOfName(agencyName);
  if (inName !== null && hasCounty(placeCode, inName)) return `${quoteText(agencyName)} is of a county there`;
  const others = places.filter((place) => place.code !== placeCode && place.name.includes(name));
  const plain = others.reduce((text, other) => text.replaceAll(foldText(other.name), ''), foldText(agencyName));
  const isNamed = new RegExp(`\\b${foldText(name)}\\b`).test(plain);
  return isNamed ? `${quoteText(agencyName)} names it` : null;
}
