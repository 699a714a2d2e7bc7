/** SUPPORT TYPE: the three models, and the misspellings met. An unknown text never invents a model. */
import type { Model } from '../../schema/enums.ts';
import { foldText } from './printed-text.ts';
import { type Reading, readWord, type Vocabulary } from './reading.ts';

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

export function readModel(printed: string): Reading<Model> {
  return readWord(foldText(printed), vocabulary);
}
