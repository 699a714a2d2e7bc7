/** TYPE: the government an agency belongs to. ICE changes it over time and is sometimes wrong: it is only read. */
import type { AgencyType } from '../../../schema/enums.ts';
import { declared, type Reading, readWord, type Vocabulary } from '../table/reading.ts';
import { foldText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';

const vocabulary: Vocabulary<AgencyType> = {
  spellings: new Map<string, AgencyType>([
    ['COUNTY', 'COUNTY'],
    ['MUNICIPALITY', 'MUNICIPALITY'],
    ['STATE', 'STATE'],
    ['STATE AGENCY', 'STATE'],
    ['OTHER', 'OTHER'],
  ]),
  misspellings: new Map<string, AgencyType>([
    ['MUNCIPALITY', 'MUNICIPALITY'],
    ['MUNICIPAL', 'MUNICIPALITY'],
  ]),
  rule: 'type-spelling',
  unknown: 'UNKNOWN_TYPE',
  noun: 'a type of agency',
};

export const declaredType = (printed: string): AgencyType | undefined => declared(foldText(printed), vocabulary);

export function readAgencyType(printed: string, { types }: Spellings = noSpellings): Reading<AgencyType> {
  return readWord(foldText(printed), vocabulary, types);
}
