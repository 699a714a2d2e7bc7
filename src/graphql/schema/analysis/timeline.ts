/** The timeline: counts interval by interval, of everything or of a state. */
import { timelineBases } from '../../../../schema/enums.ts';
import { countIntervals, intervals } from '../../../analysis/calendar.ts';
import type { TimelinePoint } from '../../../analysis/timeline.ts';
import { MOST_POINTS, type TimelineArgs } from '../../../queries/counts/timeline.ts';
import type { CostArguments } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import type { Selection } from '../../execution/selection.ts';
import { builder } from '../builder.ts';
import { described } from '../enums.ts';
import { AgencyTypeCountRef, ModelCountRef } from './statistics.ts';
import { type FilterArgs, readFilter, StatisticsFilterInput } from './statistics-arguments.ts';

export const IntervalEnum = builder.enumType(
  'Interval',
  described('A calendar interval in New York.', intervals, {
    DAY: 'A calendar day.',
    WEEK: 'Seven days from a Monday.',
    MONTH: 'A calendar month.',
    QUARTER: 'Three months from January, April, July or October.',
    YEAR: 'A calendar year.',
  }),
);

export const TimelineBasisEnum = builder.enumType(
  'TimelineBasis',
  described('By which day an agreement begins to count.', timelineBases, {
    LISTED:
      'The day of the list that shows it. What was in force on a list was in force: this is the count to quote. Nothing is known before the first list.',
    SIGNED:
      'The day in its column SIGNED, until it is off the list for good. Before the first list only survivors are known, so it is not a count of what was in force then. Agreements without a usable SIGNED are left out; those whose SIGNED cannot be true too, and `leftOut` counts them.',
  }),
);

export const TimelinePointRef = builder.objectRef<TimelinePoint>('TimelinePoint').implement({
  description: 'One calendar interval, always a whole one: counts at its end, and what changed within it.',
  fields: (t) => ({
    start: t.expose('start', { type: 'Date', description: 'First day of the interval.' }),
    lists: t.exposeInt('lists', {
      description:
        'Accepted lists of participating agencies published within the interval. With 0 nothing was seen: agreements and agencies are carried from the list before, added and ended are null.',
    }),
    agreements: t.exposeInt('agreements', {
      nullable: true,
      description:
        'Agreements in force at the end of the interval, as of the last list until then; null: no list was known yet, which is not zero.',
    }),
    agencies: t.exposeInt('agencies', {
      nullable: true,
      description: 'Agencies with at least one of these agreements; null: no list was known yet.',
    }),
    added: t.exposeInt('added', {
      nullable: true,
      description:
        'Agreements that came onto a list within the interval, for the first time or again after an absence; a new signature in place of an old one is no addition. The very first list adds nothing: what it shows may be older. By SIGNED: those signed within the interval; null: no list was published within it (by SIGNED: it begins after the newest list).',
    }),
    ended: t.exposeInt('ended', {
      nullable: true,
      description:
        'Agreements that left the list within the interval, dated by the first list without them. Not yet confirmed ones and those that came back later are included (by SIGNED: those that came back are not); null: no list was published within it.',
    }),
    byModel: t.expose('byModel', {
      type: [ModelCountRef],
      nullable: true,
      description:
        'Counts at the end of the interval per model, in the order of the enum, with zeros; null: no list was known yet.',
      extensions: { atMost: 3 },
    }),
    byAgencyType: t.expose('byAgencyType', {
      type: [AgencyTypeCountRef],
      nullable: true,
      description:
        'Counts at the end of the interval per type of agency, as its newest list has it, unknown last; types without any are left out; null: no list was known yet.',
      extensions: { atMost: 5 },
    }),
    leftOut: t.exposeInt('leftOut', {
      description:
        'By SIGNED: agreements that no point counts, since nobody can have signed them on the day that is printed; the same at every point. By LISTED: 0.',
    }),
    warning: t.exposeString('warning', {
      nullable: true,
      description: 'What this point must not be taken for, in a sentence; null: it can be taken as it stands.',
    }),
  }),
});

export const timelineArgs = builder.args((t) => ({
  from: t.field({
    type: 'Date',
    description: 'A day of the first interval. Left out: the first list’s, or by SIGNED that of the oldest signature.',
  }),
  to: t.field({ type: 'Date', description: 'A day of the last interval. Left out: the newest list’s.' }),
  interval: t.field({ type: IntervalEnum, required: true, description: 'How long each point lasts.' }),
  basis: t.field({
    type: TimelineBasisEnum,
    required: true,
    defaultValue: 'LISTED',
    description: 'By which day an agreement begins to count.',
  }),
}));

/** Types are read where they are selected. */
export const withTypes = <Args extends TimelineArgs>(args: Args, selection: Selection): Args => ({
  ...args,
  byAgencyType: selection.has('byAgencyType'),
});

/** No list and no signature is older: intake takes none. */
const OLDEST = '1996-01-01';

/**
 * How many points the arguments can make. Left out, the first day is at the earliest the oldest there can be, and the
 * last one is now, since the newest list was published.
 */
export function mostPoints({ from, to, interval }: CostArguments): number {
  const isInterval = intervals.find((each) => each === interval);
  if (isInterval === undefined) return MOST_POINTS;
  const first = typeof from === 'string' ? from : OLDEST;
  // In UTC it is the same day as in New York, or the next one already.
  const last = typeof to === 'string' ? to : new Date().toISOString().slice(0, 10);
  // Earlier than the first, the last day is refused, or leaves nothing to be answered.
  return first > last ? 0 : Math.min(MOST_POINTS, countIntervals(first, last, isInterval));
}

builder.queryFields((t) => ({
  timeline: t.field({
    type: [TimelinePointRef],
    description: `Counts interval by interval, at most ${MOST_POINTS} points; empty before the first list of participating agencies.`,
    args: {
      ...timelineArgs,
      filter: t.arg({ type: StatisticsFilterInput, description: 'What to count; left out means everything.' }),
    },
    ...batched(
      async (_parents: readonly unknown[], args: TimelineArgs & FilterArgs, context, selection) => [
        await context.queries.timeline(readFilter(args), withTypes(args, selection)),
      ],
      { atMost: mostPoints, units: 300 },
    ),
  }),
}));
