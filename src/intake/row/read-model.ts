/**
 * SUPPORT TYPE: the three models, the misspellings met, and slips within two letters, for the models are far from each
 * other. An unknown text never invents a model.
 */
import type { Model } from '../../../schema/enums.ts';
import { declared, type Reading, readSlip, readWord, type Vocabulary } from '../table/reading.ts';
import { nearSpelling } from '../vocabulary/near-spelling.ts';
import { foldText } from '../vocabulary/printed-text.ts';
import { noSpellings, type Spellings } from '../vocabulary/spellings.ts';

const vocabulary: Vocabulary<Model> = {
  spellings: new Map<string, Model>([
    ['TASK FORCE MODEL', 'TASK_FORCE'],
    ['JAIL ENFORCEMENT MODEL', 'JAIL_ENFORCEMENT'],
    ['WARRANT SERVICE OFFICER', 'WARRANT_SERVICE_OFFICER'],
  ]),
  misspellings: new Map<string, Model>([
    ['TASK FORCE OFFICER', 'TASK_FORCE'],
    ['JAIL ENFORCMENT MODEL', 'JAIL_ENFORCEMENT'],
    ['WARRANT SERVICES OFFICER', 'WARRANT_SERVICE_OFFICER'],
    ['WARRANT SERVICE OFFICE', 'WARRANT_SERVICE_OFFICER'],
  ]),
  rule: 'model-spelling',
  unknown: 'UNKNOWN_MODEL',
  noun: 'a model of agreement',
};

export const declaredModel = (printed: string): Model | undefined => declared(foldText(printed), vocabulary);

export function readModel(printed: string, { models }: Spellings = noSpellings): Reading<Model> {
  const folded = foldText(printed);
  const reading = readWord(folded, vocabulary, models);
  if (reading.value !== null) return reading;
  const near = nearSpelling(folded, [...vocabulary.spellings, ...vocabulary.misspellings]);
  if (near === null) return reading;
  return readSlip(near.value, 'model-near-spelling', near.spelling, 'no other model is within two letters');
}
