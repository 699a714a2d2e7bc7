/** Statistics: every count with what it counts, as of a day, and the lists it rests on. */
import { orderStates, type Tally } from '../../../analysis/tally.ts';
import type { CountyCount } from '../../../queries/counts/by-county.ts';
import type { StatisticsRow } from '../../../queries/counts/statistics.ts';
import { readSize } from '../../../queries/keyset/window.ts';
import { findCounty, stateOf } from '../../../queries/places.ts';
import type { FieldCost } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { AgencyTypeEnum, ModelEnum } from '../enums.ts';
import { countsId } from '../global-id.ts';
import { type AsPrintedParent, AsPrintedRef, spelledFor } from '../lists/as-printed.ts';
import { findSnapshots, readSnapshots } from '../lists/snapshots-of.ts';
import { CoveredPopulationRef } from '../places/population.ts';
import { CountyRef, SnapshotRef, StateRef } from '../refs.ts';
import {
  type FilterArgs,
  readFilter,
  type StateCountArgs,
  StateCountOrder,
  StatisticsFilterInput,
} from './statistics-arguments.ts';

const agreements = 'Agreements in force: one agency and one model each. Pending ones are left out.';
const agencies = 'Agencies with at least one of these agreements in force, each counted once however many it has.';

export const ModelCountRef = builder.objectRef<Tally['byModel'][number]>('ModelCount').implement({
  description: 'Counts under one model.',
  fields: (t) => ({
    model: t.expose('model', { type: ModelEnum, description: 'What the officers may do.' }),
    agreements: t.exposeInt('agreements', { description: 'Agreements in force under this model.' }),
    agencies: t.exposeInt('agencies', {
      description:
        'Agencies with an agreement under this model. An agency with two models counts under both, so these do not add up.',
    }),
  }),
});

export const AgencyTypeCountRef = builder.objectRef<Tally['byAgencyType'][number]>('AgencyTypeCount').implement({
  description: 'Counts of one type of agency, as the newest list that shows an agency types it.',
  fields: (t) => ({
    type: t.expose('type', {
      type: AgencyTypeEnum,
      nullable: true,
      description: 'The government it belongs to; null: no list says, as on the web tables until 2025-02.',
    }),
    agreements: t.exposeInt('agreements', { description: agreements }),
    agencies: t.exposeInt('agencies', { description: agencies }),
  }),
});

const StateCountRef = builder.objectRef<Tally['byState'][number]>('StateCount').implement({
  description: 'Counts of one state, the district or a territory.',
  fields: (t) => ({
    state: t.field({
      type: StateRef,
      description: 'Where; its kind tells a territory from a state.',
      extensions: { each: 0.25 } satisfies FieldCost,
      resolve: ({ placeCode }) => stateOf(placeCode),
    }),
    agreements: t.exposeInt('agreements', { description: agreements }),
    agencies: t.exposeInt('agencies', { description: agencies }),
  }),
});

const CountyCountRef = builder.objectRef<CountyCount>('CountyCount').implement({
  description: 'Counts of one county or its equivalent, as the agencies that are put there are today.',
  fields: (t) => ({
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'Where; null: agencies that neither the sheet nor their own name puts into a county.',
      extensions: { each: 0.1 } satisfies FieldCost,
      resolve: ({ fips }) => (fips === null ? null : findCounty(fips)),
    }),
    agreements: t.exposeInt('agreements', { description: agreements }),
    agencies: t.exposeInt('agencies', { description: agencies }),
  }),
});

export const StatisticsRef = builder.objectRef<StatisticsRow>('Statistics').implement({
  description:
    'Counts as of the last accepted lists published on or before a day, and those lists. In force means: on the list of participating agencies. Whatever became of an agreement later changes nothing here.',
  fields: (t) => ({
    id: t.id({
      description:
        'For caches: the same for the same day, list or now, and the same filter, so that live answers take the place of older ones. `node` does not know it.',
      resolve: ({ asked, filter }) => countsId('statistics', asked, filter),
    }),
    asOf: t.expose('asOf', {
      type: 'Date',
      description: 'The day asked for in New York; when none was asked for, that of the newest list it rests on.',
    }),
    sample: t.boolean({
      description: 'Whether this counts the SAMPLE ledger, whose agencies and lists are made up.',
      resolve: async (_parent, _args, context) => (await context.ledger()).sample,
    }),
    snapshot: t.field({
      type: SnapshotRef,
      description: 'The list of participating agencies that the counts rest on. It may be weeks older than asOf.',
      ...batched((rows: readonly StatisticsRow[], _args: object, context) =>
        readSnapshots(
          context,
          rows.map(({ snapshotNumber }) => snapshotNumber),
        ),
      ),
    }),
    pendingSnapshot: t.field({
      type: SnapshotRef,
      nullable: true,
      description:
        'The pending list that `pending` rests on; null: none was known by then. It is frozen since 2026-02-27.',
      ...batched((rows: readonly StatisticsRow[], _args: object, context) =>
        findSnapshots(
          context,
          rows.map(({ pendingNumber }) => pendingNumber),
        ),
      ),
    }),
    agreements: t.exposeInt('agreements', { description: agreements }),
    agencies: t.exposeInt('agencies', { description: agencies }),
    states: t.exposeInt('states', {
      description:
        'States with an agreement in force, of the fifty and the District of Columbia. Territories are left out: see places.',
    }),
    places: t.exposeInt('places', {
      description: 'States, the district and territories with an agreement in force.',
    }),
    pending: t.exposeInt('pending', {
      nullable: true,
      description:
        'Agreements on the pending list that are not in force; null: no pending list was known by then, which is not zero.',
    }),
    byModel: t.field({
      type: [ModelCountRef],
      description: 'Per model, in the order of the enum, with zeros.',
      extensions: { atMost: 3 },
      resolve: ({ byModel }) => byModel,
    }),
    byAgencyType: t.field({
      type: [AgencyTypeCountRef],
      description: 'Per type of agency, in the order of the enum, unknown last; types without any are left out.',
      extensions: { atMost: 5 },
      resolve: ({ byAgencyType }) => byAgencyType,
    }),
    byState: t.field({
      type: [StateCountRef],
      description:
        'Per place with an agreement in force, territories included; the others are left out. For its counts by model ask State.statistics.',
      args: {
        first: t.arg.int({ description: 'How many places from the start of the order, 0 to 100; left out means all.' }),
        orderBy: t.arg({
          type: StateCountOrder,
          required: true,
          defaultValue: { field: 'AGREEMENTS', direction: 'DESC' },
          description: 'In what order they come.',
        }),
      },
      extensions: { atMost: ({ first }) => (typeof first === 'number' ? Math.min(first, 56) : 56) } satisfies FieldCost,
      resolve: ({ byState }, args) => firstStates(byState, args),
    }),
    byCounty: t.field({
      type: [CountyCountRef],
      description:
        'Per county with an agreement in force, by FIPS code, unknown last; the others are left out. Their agreements add up to all. Counted on demand, not kept: it takes longer.',
      ...batched((rows: readonly StatisticsRow[], _args: object, context) => context.queries.countByCounty(rows), {
        // All places together have no more counties, and one statement counts them.
        atMost: (_args, among) => Math.ceil(3300 / among),
        each: 0.1,
        units: (_args, among) => 250 / among,
      }),
    }),
    population: t.field({
      type: CoveredPopulationRef,
      nullable: true,
      description:
        'How many people live in its counties with an agreement in force; null: an operator imported no estimates, or they have none of the places counted, as of the territories.',
      ...batched((rows: readonly StatisticsRow[], _args: object, context) => context.queries.coveredBy(rows), {
        units: (_args, among) => 350 / among,
      }),
    }),
    asPrinted: t.field({
      type: AsPrintedRef,
      description:
        'The same counts on the raw texts of the list’s rows, for comparing with what was published. They differ where the sheet spells one agency in two ways or prints one key twice.',
      ...batched(
        async (rows: readonly StatisticsRow[], _args: object, context, selection): Promise<AsPrintedParent[]> => {
          const pending = rows.flatMap(({ pendingNumber, filter }) =>
            pendingNumber === null ? [] : [{ snapshotNumber: pendingNumber, filter }],
          );
          const own = rows.map(({ snapshotNumber, filter }) => ({ snapshotNumber, filter }));
          const counted = await context.queries.countPrinted([...own, ...pending], spelledFor(selection));
          const awaited = counted.slice(own.length).values();
          return rows.flatMap(({ pendingNumber }, index) => {
            const counts = counted[index];
            const waiting = pendingNumber === null ? null : (awaited.next().value?.agreements ?? null);
            return counts === undefined ? [] : [{ ...counts, pending: waiting }];
          });
        },
        { units: 100 },
      ),
    }),
  }),
});

function firstStates(counts: Tally['byState'], { first, orderBy }: StateCountArgs): Tally['byState'] {
  const ordered = orderStates(counts, orderBy.field, orderBy.direction === 'DESC');
  return first == null ? ordered : ordered.slice(0, readSize('first', first));
}

export interface StatisticsArgs extends FilterArgs {
  asOf?: string | null | undefined;
}

const asOfDescription =
  'A day in New York: counts as of the last list published on or before it. Left out: as of the newest list.';

export const statisticsArgs = builder.args((t) => ({
  asOf: t.field({ type: 'Date', description: asOfDescription }),
  filter: t.field({ type: StatisticsFilterInput, description: 'What to count; left out means everything.' }),
}));

export const whereFirst =
  'The first list is `snapshots(last: 1, filter: { kinds: [PARTICIPATING], statuses: [ACCEPTED] })`.';

builder.queryFields((t) => ({
  statistics: t.field({
    type: StatisticsRef,
    nullable: true,
    description: `Counts as of a day; null: no list of participating agencies was accepted on or before that day. ${whereFirst}`,
    args: statisticsArgs,
    extensions: { units: 300 },
    resolve: (_parent, args, context) => context.queries.statistics(readFilter(args), args.asOf ?? null),
  }),
}));
