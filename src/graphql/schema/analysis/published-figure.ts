/** Published figures, each beside what the ledger counts. */
import { countingRules, type Figure, figureUnits, verdicts } from '../../../analysis/figure.ts';
import type { Computed, CountOnList, Gap } from '../../../analysis/figure-verdict.ts';
import type { FigureRow } from '../../../queries/counts/figures.ts';
import { stateOf } from '../../../queries/places.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { described, ModelEnum } from '../enums.ts';
import { findSnapshots, readSnapshots } from '../lists/snapshots-of.ts';
import { SnapshotRef, StateRef } from '../refs.ts';

const UnitEnum = builder.enumType(
  'FigureUnit',
  described('What a published figure says that it counts.', figureUnits, {
    AGREEMENTS: 'Agreements in force.',
    AGENCIES: 'Agencies that take part.',
    STATES: 'States with an agreement.',
    PERCENT: 'Growth in percent.',
    OFFICERS: 'Officers, whom no list counts.',
    DOLLARS: 'US dollars, which no list tells.',
  }),
);

const RuleEnum = builder.enumType(
  'CountingRule',
  described('How a figure is counted on a list.', countingRules, {
    AGREEMENTS: 'Agreements: one agency and one model each.',
    AGENCIES: 'Agencies, spellings of one brought together.',
    AGENCIES_AS_PRINTED: 'Different pairs of texts (STATE, LAW ENFORCEMENT AGENCY).',
    ROWS: 'Rows, for a place those whose STATE means it however it is spelt.',
    ROWS_WITH_STATE_AS_PRINTED:
      'Rows whose STATE is exactly the name of the place in capitals; `TEXAS ` with a space is left out.',
    STATES: 'States and the District of Columbia; territories are left out.',
    PLACES: 'States, the district and territories.',
    PERCENT_OF_AGREEMENTS: 'Growth of agreements.',
    PERCENT_OF_AGENCIES: 'Growth of agencies.',
    PERCENT_OF_AGENCIES_AS_PRINTED: 'Growth of agencies as printed.',
    PERCENT_OF_ROWS: 'Growth of rows.',
    PERCENT_OF_ROWS_WITH_STATE_AS_PRINTED: 'Growth of rows whose STATE is exactly the name in capitals.',
    PERCENT_OF_AGENCIES_AS_PRINTED_AGAINST_AGREEMENTS:
      'Agencies as printed on the second list against agreements on the first: what mixing the two gives.',
  }),
);

const VerdictEnum = builder.enumType(
  'Verdict',
  described('Whether the ledger gives a published figure.', verdicts, {
    REPRODUCED: 'Counted as the figure says, the list gives it.',
    REPRODUCED_UNDER_ANOTHER_RULE: 'The list gives it, but counted otherwise than the figure says: see reproducedBy.',
    NOT_REPRODUCED: 'Under no rule does the list give it.',
    NO_DATA: 'The ledger has no list of that day, or counts nothing of the kind.',
  }),
);

const computedRef = builder.objectRef<Computed & { snapshotNumber: number }>('ComputedFigure').implement({
  description: 'What the ledger counts under one rule.',
  fields: (t) => ({
    rule: t.expose('rule', { type: RuleEnum, description: 'How it is counted.' }),
    snapshot: t.field({
      type: SnapshotRef,
      description: 'The list that it is counted on: the last one published on or before the day of the figure.',
      ...batched((rows: readonly { snapshotNumber: number }[], _args: object, context) =>
        readSnapshots(
          context,
          rows.map(({ snapshotNumber }) => snapshotNumber),
        ),
      ),
    }),
    value: t.exposeFloat('value', { description: 'The count; a percentage to two decimals.' }),
    difference: t.exposeFloat('difference', { description: 'The count less the published value.' }),
  }),
});

const CountOnListRef = builder.objectRef<CountOnList>('CountOnList').implement({
  description: 'A list, and the count on it by the figure’s own rule.',
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotRef,
      description: 'Which of the participating lists it is.',
      ...batched((rows: readonly CountOnList[], _args: object, context) =>
        readSnapshots(
          context,
          rows.map(({ number }) => number),
        ),
      ),
    }),
    on: t.expose('on', { type: 'Date', description: 'Day of its publication in New York.' }),
    value: t.exposeInt('value', {
      description: 'Agreements or agencies in force on that day, as the figure itself counts.',
    }),
  }),
});

const GapRef = builder.objectRef<Gap>('FigureGap').implement({
  description: 'Two neighbouring lists between whose counts a figure falls. Lists between them may be lost.',
  fields: (t) => ({
    earlier: t.field({ type: CountOnListRef, description: 'The list before.', resolve: ({ earlier }) => earlier }),
    later: t.field({
      type: CountOnListRef,
      description: 'The list after; the same one when another day’s list gives exactly the figure.',
      resolve: ({ later }) => later,
    }),
  }),
});

const FigureRef = builder.objectRef<FigureRow>('PublishedFigure').implement({
  description:
    'A figure that somebody published, with its source, and beside it what the ledger counts under every rule. Operators can add some.',
  fields: (t) => ({
    id: t.id({
      description: 'For caches: of its name. `node` does not know it.',
      resolve: ({ figure }) => `figure_${figure.id}`,
    }),
    name: t.string({ description: 'Short name, unique among figures.', resolve: ({ figure }) => figure.id }),
    publisher: t.string({ description: 'Who published it.', resolve: ({ figure }) => figure.publisher }),
    publishedOn: t.field({
      type: 'Date',
      nullable: true,
      description: 'The day of publication; null: only what the source says is known.',
      resolve: ({ figure }) => figure.publishedOn,
    }),
    source: t.string({ description: 'Where it stands.', resolve: ({ figure }) => figure.source }),
    claim: t.string({ description: 'What was said, in the publisher’s words.', resolve: ({ figure }) => figure.claim }),
    value: t.float({
      description: 'The number as published, before anybody checked it.',
      resolve: ({ figure }) => figure.value,
    }),
    unit: t.field({
      type: UnitEnum,
      description: 'What it says that it counts. It may be mistaken: see verdict.',
      resolve: ({ figure }) => figure.unit,
    }),
    place: t.field({
      type: StateRef,
      nullable: true,
      description: 'The place that it is about; null: the whole country.',
      resolve: ({ figure }) => placeOf(figure),
    }),
    models: t.field({
      type: [ModelEnum],
      description: 'The models that it is about; empty: all of them.',
      resolve: ({ figure }) => [...(figure.models ?? [])],
    }),
    on: t.field({
      type: 'Date',
      nullable: true,
      description: 'The day that it is held against; null: the ledger counts nothing of the kind.',
      resolve: ({ figure }) => figure.on,
    }),
    since: t.field({
      type: 'Date',
      nullable: true,
      description: 'For a growth, the day from which; null: it is no growth.',
      resolve: ({ figure }) => figure.since,
    }),
    sinceSnapshot: t.field({
      type: SnapshotRef,
      nullable: true,
      description: 'For a growth, the list from which it is counted; null: it is no growth, or no list is known.',
      ...batched((rows: readonly FigureRow[], _args: object, context) =>
        findSnapshots(
          context,
          rows.map(({ sinceNumber }) => sinceNumber),
        ),
      ),
    }),
    roundedTo: t.float({
      description: 'The step that the publisher rounded to, within which a count still gives the figure.',
      resolve: ({ figure }) => figure.roundedTo,
    }),
    atLeast: t.boolean({
      description: 'Whether the publisher said “more than”: then any higher count gives the figure.',
      resolve: ({ figure }) => figure.atLeast,
    }),
    computed: t.field({
      type: [computedRef],
      description: 'What the ledger counts under each rule; empty: it has no data.',
      extensions: { atMost: 6 },
      resolve: ({ computed, snapshotNumber }) =>
        snapshotNumber === null ? [] : computed.map((each) => ({ ...each, snapshotNumber })),
    }),
    verdict: t.expose('verdict', { type: VerdictEnum, description: 'Whether the ledger gives it.' }),
    reproducedBy: t.expose('reproducedBy', {
      type: RuleEnum,
      nullable: true,
      description: 'The rule that gives it, its own before others; null: none does.',
    }),
    wouldFallBetween: t.field({
      type: GapRef,
      nullable: true,
      description:
        'For a figure that is not reproduced, the lists nearest to its day between which its own count passes it; null: it is reproduced, or the count never passes it.',
      ...batched((rows: readonly FigureRow[], _args: object, context) => context.queries.figureGaps(rows), {
        units: 5,
      }),
    }),
    sample: t.boolean({
      description: 'Whether it is held against the SAMPLE ledger, whose lists are made up to give these figures.',
      resolve: async (_row, _args, context) => (await context.ledger()).sample,
    }),
  }),
});

const placeOf = ({ place }: Figure) => (place === null ? null : stateOf(place));

/** More than anybody would read; the log of what was ever claimed is elsewhere. */
const MOST_FIGURES = 300;

builder.queryFields((t) => ({
  publishedFigures: t.field({
    type: [FigureRef],
    description: `What the press and agencies published, held against the lists; at most ${MOST_FIGURES}. The program’s own figures first, then those that operators added.`,
    extensions: { atMost: MOST_FIGURES, units: 1300 },
    resolve: async (_parent, _args, context) => (await context.queries.figures()).slice(0, MOST_FIGURES),
  }),
}));
