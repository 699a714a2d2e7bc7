/** STATE: the 56 places by name or postal code, and the misspellings met, each with the list that first shows it. */
import { places } from '../../schema/places.ts';
import { foldText } from './printed-text.ts';
import { type Reading, readWord, type Vocabulary } from './reading.ts';

const misspellings: readonly [printed: string, code: string][] = [
  ['UTAHJ', 'UT'], // 2025-07-03 participating
  ['WEST VIRIGINIA', 'WV'], // 2025-08-01 participating
  ['MCHIGAN', 'MI'], // 2025-10-15 pending
  ['WEST VIRIGINA', 'WV'], // 2026-02-02 pending
  ['PENNSLYVANIA', 'PA'], // 2026-02-17 participating, 68 of 69 rows on 2026-02-27
];

const vocabulary: Vocabulary<string> = {
  spellings: new Map(
    places.flatMap((place) => [
      [place.name.toUpperCase(), place.code],
      [place.code, place.code],
    ]),
  ),
  misspellings: new Map(misspellings),
  rule: 'state-spelling',
  unknown: 'UNKNOWN_STATE',
  noun: 'a state, district or territory',
};

/** USPS code of the printed state. */
export function readPlace(printed: string): Reading<string> {
  return readWord(foldText(printed), vocabulary);
}
