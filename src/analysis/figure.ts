/** A published figure: who published which number, of what, as of when. Also the form of the data that an operator adds. */
import type { Model } from '../../schema/enums.ts';

/** What a figure says that it counts. */
export const figureUnits = ['AGREEMENTS', 'AGENCIES', 'STATES', 'PERCENT', 'OFFICERS', 'DOLLARS'] as const;
export type FigureUnit = (typeof figureUnits)[number];

export interface Figure {
  id: string;
  publisher: string;
  /** Null: only what the source says is known. */
  publishedOn: string | null;
  source: string;
  /** In the publisher's words. */
  claim: string;
  value: number;
  unit: FigureUnit;
  /** USPS code; null: the whole country. */
  place: string | null;
  /** Null: all. */
  models: readonly Model[] | null;
  /** The day that it is held against: the last list until then. Null: the ledger counts nothing of the kind. */
  on: string | null;
  /** PERCENT: the day from which. */
  since: string | null;
  /** The step that the publisher rounded to; 1 for a count. */
  roundedTo: number;
  /** The publisher said "more than" or "over". */
  atLeast: boolean;
}

/** The rules by which a figure can be counted, in the order in which they are compared with it. */
export const countingRules = [
  'AGREEMENTS',
  'AGENCIES',
  'AGENCIES_AS_PRINTED',
  'ROWS',
  'ROWS_WITH_STATE_AS_PRINTED',
  'STATES',
  'PLACES',
  'PERCENT_OF_AGREEMENTS',
  'PERCENT_OF_AGENCIES',
  'PERCENT_OF_AGENCIES_AS_PRINTED',
  'PERCENT_OF_ROWS',
  'PERCENT_OF_ROWS_WITH_STATE_AS_PRINTED',
  'PERCENT_OF_AGENCIES_AS_PRINTED_AGAINST_AGREEMENTS',
] as const;
export type CountingRule = (typeof countingRules)[number];

export const verdicts = ['REPRODUCED', 'REPRODUCED_UNDER_ANOTHER_RULE', 'NOT_REPRODUCED', 'NO_DATA'] as const;
export type Verdict = (typeof verdicts)[number];
