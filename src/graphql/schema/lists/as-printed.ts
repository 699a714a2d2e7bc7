/** What a list itself shows, before anything was cleaned: rows and spellings. */
import type { PrintedCount, PrintedCounts, SpelledColumn } from '../../../queries/counts/as-printed.ts';
import { findState } from '../../../queries/places.ts';
import type { Selection } from '../../execution/selection.ts';
import { builder } from '../builder.ts';
import { StateRef } from '../refs.ts';

const PrintedCountRef = builder.objectRef<PrintedCount>('PrintedCount').implement({
  description: 'Rows that print one text exactly, spaces and all: `TEXAS` and `TEXAS ` are two.',
  fields: (t) => ({
    printed: t.exposeString('printed', { description: 'The text of the cell, untouched; empty where the cell is.' }),
    state: t.field({
      type: StateRef,
      nullable: true,
      description: 'The place that a text of the STATE column was read as; null: none, or another column.',
      resolve: ({ placeCode }) => (placeCode === null ? null : findState(placeCode)),
    }),
    agreements: t.exposeInt('agreements', {
      description: 'Rows with this text. A key that stands twice on the sheet counts twice.',
    }),
    agencies: t.exposeInt('agencies', {
      description:
        'Different pairs of texts (STATE, LAW ENFORCEMENT AGENCY) among these rows. An agency spelt in two ways counts twice.',
    }),
  }),
});

/** Longer than any list has had spellings of anything; the rest would be noise. */
const MOST_SPELLINGS = 100;

const perText = (column: string): string =>
  `Per text of the column ${column}, the most frequent first; at most ${MOST_SPELLINGS} texts.`;

/** What has to be counted for a selection. */
export const spelledFor = (selection: Selection): SpelledColumn[] => [
  ...(selection.has('byModel') ? (['model'] as const) : []),
  ...(selection.has('byAgencyType') ? (['type'] as const) : []),
];

/** With the rows of the pending list beside it, where there is one. */
export type AsPrintedParent = PrintedCounts & { pending: number | null };

export const AsPrintedRef = builder.objectRef<AsPrintedParent>('AsPrinted').implement({
  description:
    'The same counts on the raw texts of a list’s rows, as somebody counts who opens the sheet. Hidden rows and rows that no rule could read are included. A filter matches what each row itself was read as.',
  fields: (t) => ({
    agreements: t.exposeInt('agreements', {
      description: 'Rows. More than agreements where one key stands twice on the sheet.',
    }),
    agencies: t.exposeInt('agencies', {
      description:
        'Different pairs of texts (STATE, LAW ENFORCEMENT AGENCY). More than agencies where one is spelt in several ways.',
    }),
    states: t.exposeInt('states', {
      description: 'Different texts in the column STATE, without those that were read as a territory. Not states.',
    }),
    places: t.exposeInt('places', {
      description: 'Different texts in the column STATE, territories included. Not places.',
    }),
    pending: t.exposeInt('pending', {
      nullable: true,
      description: 'Rows of the pending list; null: there was none by then, or this counts one list alone.',
    }),
    byState: t.field({
      type: [PrintedCountRef],
      description: perText('STATE'),
      extensions: { atMost: MOST_SPELLINGS },
      resolve: ({ byState }) => byState.slice(0, MOST_SPELLINGS),
    }),
    byModel: t.field({
      type: [PrintedCountRef],
      description: perText('SUPPORT TYPE'),
      extensions: { atMost: MOST_SPELLINGS, units: 50 },
      resolve: ({ byModel }) => byModel.slice(0, MOST_SPELLINGS),
    }),
    byAgencyType: t.field({
      type: [PrintedCountRef],
      description: perText('TYPE'),
      extensions: { atMost: MOST_SPELLINGS, units: 50 },
      resolve: ({ byAgencyType }) => byAgencyType.slice(0, MOST_SPELLINGS),
    }),
  }),
});
