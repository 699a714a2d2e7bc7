/** States: the fifty, the district and the territories. */
import type { StateKind } from '../../../../schema/enums.ts';
import type { TimelineArgs } from '../../../queries/counts/timeline.ts';
import { countiesOf, findState, type StateRow, statesOf } from '../../../queries/places.ts';
import { badInput } from '../../../queries/refusal.ts';
import { type FieldCost, pageOfParent } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { type AgencyArgs, agencyArgs, agencyNeeds } from '../agencies/agency-arguments.ts';
import { type AgreementArgs, agreementArgs, agreementNeeds, readAgencyIds } from '../agencies/agreement-arguments.ts';
import { type StatisticsArgs, StatisticsRef, statisticsArgs } from '../analysis/statistics.ts';
import { type FilterArgs, readFilter, StatisticsFilterInput } from '../analysis/statistics-arguments.ts';
import { mostPoints, TimelinePointRef, timelineArgs, withTypes } from '../analysis/timeline.ts';
import { builder } from '../builder.ts';
import { connectAll, pageArgs } from '../connection.ts';
import { StateKindEnum } from '../enums.ts';
import { encodeId } from '../global-id.ts';
import { AgencyConnection, AgreementConnection, CountyRef, NodeRef, StateRef } from '../refs.ts';
import { PopulationRef } from './population.ts';

const timelinesOfStates = batched(
  (states: readonly StateRow[], args: TimelineArgs & FilterArgs, context, selection) =>
    context.queries.timelinesOfPlaces(codesOf(states), readFilter(args), withTypes(args, selection)),
  { atMost: mostPoints, units: 10 },
);

StateRef.implement({
  description:
    'A state, the District of Columbia or a territory. “States” in the press often leaves out the territories: see kind.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ description: 'Opaque and for ever.', resolve: ({ code }) => encodeId('state', code) }),
    code: t.exposeString('code', { description: 'Two letters of the US Postal Service, such as FL.' }),
    name: t.exposeString('name', { description: 'In English, such as Florida.' }),
    fips: t.exposeString('fips', { description: 'Two digits of the US Census Bureau, such as 12.' }),
    kind: t.expose('kind', { type: StateKindEnum, description: 'Whether it is a state, the district or a territory.' }),
    population: t.field({
      type: PopulationRef,
      nullable: true,
      description:
        'How many people live there; null: an operator imported no estimates, or they have none for it, as for the territories.',
      ...batched(
        (states: readonly StateRow[], _args: object, context) =>
          context.queries.populationsOf(states.map(({ fips }) => fips)),
        { units: 0.1, each: 0 },
      ),
    }),
    counties: t.field({
      type: [CountyRef],
      description: 'Its counties and their equivalents in order of FIPS code, with or without agencies.',
      // All places together have fewer than all would if each were Texas.
      extensions: { atMost: (_args, among) => Math.min(254, Math.ceil(3300 / among)), each: 0.25 } satisfies FieldCost,
      resolve: ({ code }) => countiesOf(code),
    }),
    agencies: t.field({
      type: AgencyConnection,
      description: 'Agencies here; without a filter those with an agreement in force.',
      args: { ...pageArgs, ...agencyArgs },
      ...batched(
        (states: readonly StateRow[], args: AgencyArgs, context, selection) =>
          connectAll(context, selection, agencyNeeds, args, (request) =>
            context.queries.agenciesOf('place', codesOf(states), { ...request, ...args, filter: args.filter ?? {} }),
          ),
        pageOfParent,
      ),
    }),
    agreements: t.field({
      type: AgreementConnection,
      description: 'Agreements of agencies here; without a filter those that are in force.',
      args: { ...pageArgs, ...agreementArgs },
      ...batched(
        (states: readonly StateRow[], args: AgreementArgs, context, selection) =>
          connectAll(context, selection, agreementNeeds, args, (request) =>
            context.queries.agreementsOf('place', codesOf(states), {
              ...request,
              ...args,
              filter: readAgencyIds(args.filter),
            }),
          ),
        pageOfParent,
      ),
    }),
    statistics: t.field({
      type: StatisticsRef,
      nullable: true,
      description:
        'Counts of this place as of a day; null: no list of participating agencies was accepted on or before that day. A place that is not on the list has zeros.',
      args: statisticsArgs,
      ...batched(
        (states: readonly StateRow[], args: StatisticsArgs, context) =>
          context.queries.statisticsOfPlaces(codesOf(states), readFilter(args), args.asOf ?? null),
        { units: 7, distinct: true },
      ),
    }),
    timeline: t.field({
      type: [TimelinePointRef],
      description:
        'Counts of this place interval by interval. They begin with the first list of all, with zeros while the place is not on it; empty before that list.',
      args: {
        ...timelineArgs,
        filter: t.arg({ type: StatisticsFilterInput, description: 'What to count here; left out means everything.' }),
      },
      ...timelinesOfStates,
    }),
  }),
});

function codesOf(states: readonly StateRow[]): string[] {
  return states.map((state) => state.code);
}

builder.queryFields((t) => ({
  state: t.field({
    type: StateRef,
    nullable: true,
    description: 'The place with this code; null when there is none. A name is refused: search has names.',
    args: { code: t.arg.string({ required: true, description: 'Two letters of the US Postal Service, such as FL.' }) },
    resolve: (_parent, { code }) => {
      if (!/^[A-Z]{2}$/i.test(code))
        throw badInput(`code is two letters such as FL, not ${JSON.stringify(code.slice(0, 80))}.`);
      return findState(code);
    },
  }),
  states: t.field({
    type: [StateRef],
    description: 'All 56 places in order of code, or those of some kinds.',
    args: { kinds: t.arg({ type: [StateKindEnum], description: 'Which kinds; left out means all.' }) },
    extensions: { atMost: 56, distinct: true },
    resolve: (_parent, { kinds }) => statesOf(kindsOf(kinds)),
  }),
}));

function kindsOf(kinds: readonly StateKind[] | null | undefined): readonly StateKind[] | null {
  return kinds ?? null;
}
