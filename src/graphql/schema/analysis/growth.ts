/** Growth between two days. */
import type { GrowthFigure } from '../../../analysis/growth.ts';
import type { GrowthRow } from '../../../queries/counts/growth.ts';
import { builder } from '../builder.ts';
import { countsId } from '../global-id.ts';
import { readSnapshots } from '../lists/snapshots-of.ts';
import { SnapshotRef } from '../refs.ts';
import { StatisticsRef, whereFirst } from './statistics.ts';
import { readFilter, StatisticsFilterInput } from './statistics-arguments.ts';

export const GrowthFigureRef = builder.objectRef<GrowthFigure>('GrowthFigure').implement({
  description: 'One count at two days. It compares like with like: agreements with agreements, agencies with agencies.',
  fields: (t) => ({
    from: t.exposeInt('from', { description: 'The count as of the first day.' }),
    to: t.exposeInt('to', { description: 'The count as of the second day.' }),
    change: t.exposeInt('change', { description: 'How much more it is on the second day; negative when it is less.' }),
    percent: t.exposeFloat('percent', {
      nullable: true,
      description: 'The change in percent of the first count, to two decimals; null: the first count is zero.',
    }),
  }),
});

const GrowthAsPrintedRef = builder.objectRef<Awaited<ReturnType<GrowthRow['asPrinted']>>>('GrowthAsPrinted').implement({
  description: 'Growth counted on the raw texts of the two lists’ rows.',
  fields: (t) => ({
    agreements: t.field({
      type: GrowthFigureRef,
      description: 'Rows. They differ from agreements where one key stands twice on a sheet.',
      resolve: ({ agreements }) => agreements,
    }),
    agencies: t.field({
      type: GrowthFigureRef,
      description: 'Different pairs of texts (STATE, LAW ENFORCEMENT AGENCY).',
      resolve: ({ agencies }) => agencies,
    }),
  }),
});

const GrowthRef = builder.objectRef<GrowthRow>('Growth').implement({
  description:
    'Counts as of two days and by how much they grew. Each count stands alone: a growth from agreements to agencies, as the press has printed it, means nothing.',
  fields: (t) => ({
    id: t.id({
      description: 'For caches: the same for the same days and filter. `node` does not know it.',
      resolve: ({ start, end }) => countsId('growth', `${start.asked} ${end.asked}`, start.filter),
    }),
    agreements: t.field({
      type: GrowthFigureRef,
      description: 'Agreements in force; pending ones are left out.',
      resolve: ({ agreements }) => agreements,
    }),
    agencies: t.field({
      type: GrowthFigureRef,
      description: 'Agencies with an agreement in force, each counted once.',
      resolve: ({ agencies }) => agencies,
    }),
    states: t.field({
      type: GrowthFigureRef,
      description: 'States with an agreement in force, of the fifty and the District of Columbia.',
      resolve: ({ states }) => states,
    }),
    places: t.field({
      type: GrowthFigureRef,
      description: 'The same with territories.',
      resolve: ({ places }) => places,
    }),
    asPrinted: t.field({
      type: GrowthAsPrintedRef,
      description: 'The same on the raw texts of the two lists, for comparing with what was published.',
      extensions: { units: 700 },
      resolve: ({ asPrinted }) => asPrinted(),
    }),
    fromSnapshot: t.field({
      type: SnapshotRef,
      description: 'The list that the first counts rest on: the last one published on or before the first day.',
      extensions: { units: 10 },
      resolve: async ({ start }, _args, context) => first(await readSnapshots(context, [start.snapshotNumber])),
    }),
    toSnapshot: t.field({
      type: SnapshotRef,
      description: 'The list that the second counts rest on.',
      extensions: { units: 10 },
      resolve: async ({ end }, _args, context) => first(await readSnapshots(context, [end.snapshotNumber])),
    }),
    start: t.field({
      type: StatisticsRef,
      description: 'All counts as of the first day.',
      resolve: ({ start }) => start,
    }),
    end: t.field({
      type: StatisticsRef,
      description: 'All counts as of the second day.',
      resolve: ({ end }) => end,
    }),
  }),
});

function first<Value>([value]: readonly Value[]): Value {
  if (value === undefined) throw new Error('An answer rests on a list that is not stored.');
  return value;
}

builder.queryFields((t) => ({
  growth: t.field({
    type: GrowthRef,
    nullable: true,
    description: `By how much the counts grew from one day to another; null: no list of participating agencies was accepted on or before the first day. ${whereFirst}`,
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'The first day in New York.' }),
      to: t.arg({ type: 'Date', required: true, description: 'The second day, not before the first.' }),
      filter: t.arg({ type: StatisticsFilterInput, description: 'What to count; left out means everything.' }),
    },
    extensions: { units: 300 },
    resolve: (_parent, args, context) => context.queries.growth(readFilter(args), args.from, args.to),
  }),
}));
