/** Counties and their equivalents. */
import { type CountyRow, findCounty, stateOf } from '../../../queries/places.ts';
import { badInput } from '../../../queries/refusal.ts';
import { pageOfParent } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { type AgencyArgs, agencyArgs, agencyNeeds } from '../agencies/agency-arguments.ts';
import { type AgreementArgs, agreementArgs, agreementNeeds, readAgencyIds } from '../agencies/agreement-arguments.ts';
import { type StatisticsArgs, StatisticsRef, statisticsArgs } from '../analysis/statistics.ts';
import { readFilter } from '../analysis/statistics-arguments.ts';
import { builder } from '../builder.ts';
import { connectAll, pageArgs } from '../connection.ts';
import { encodeId } from '../global-id.ts';
import { AgencyConnection, AgreementConnection, CountyRef, NodeRef, StateRef } from '../refs.ts';
import { PopulationRef } from './population.ts';

CountyRef.implement({
  description: 'A county or its equivalent: a parish, a borough, an independent city.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ description: 'Opaque and for ever.', resolve: ({ fips }) => encodeId('county', fips) }),
    fips: t.exposeString('fips', { description: 'Five digits of the US Census Bureau, such as 12086.' }),
    name: t.exposeString('name', {
      description: 'Without “County”, but where a county and a city of one state share a name, as Fairfax does.',
    }),
    state: t.field({
      type: StateRef,
      description: 'The place that the county belongs to.',
      resolve: ({ placeCode }) => stateOf(placeCode),
    }),
    population: t.field({
      type: PopulationRef,
      nullable: true,
      description:
        'How many people live there; null: an operator imported no estimates, or they have none for it, as for the territories and, from 2022 on, for the counties of Connecticut.',
      ...batched(
        (counties: readonly CountyRow[], _args: object, context) => context.queries.populationsOf(codesOf(counties)),
        { units: 0.1, each: 0 },
      ),
    }),
    agencies: t.field({
      type: AgencyConnection,
      description:
        'Agencies that the sheet, or their own name, puts into this county; without a filter those with an agreement in force. One row in eight names no county.',
      args: { ...pageArgs, ...agencyArgs },
      ...batched(
        (counties: readonly CountyRow[], args: AgencyArgs, context, selection) =>
          connectAll(context, selection, agencyNeeds, args, (request) =>
            context.queries.agenciesOf('county', codesOf(counties), { ...request, ...args, filter: args.filter ?? {} }),
          ),
        { ...pageOfParent, units: ({ hasText }) => (hasText ? 10 : 1), countUnits: 1 },
      ),
    }),
    agreements: t.field({
      type: AgreementConnection,
      description: 'Agreements of these agencies; without a filter those that are in force.',
      args: { ...pageArgs, ...agreementArgs },
      ...batched(
        (counties: readonly CountyRow[], args: AgreementArgs, context, selection) =>
          connectAll(context, selection, agreementNeeds, args, (request) =>
            context.queries.agreementsOf('county', codesOf(counties), {
              ...request,
              ...args,
              filter: readAgencyIds(args.filter),
            }),
          ),
        { units: 20, countUnits: 20 },
      ),
    }),
    statistics: t.field({
      type: StatisticsRef,
      nullable: true,
      description:
        'Counts of these agencies as of a day; null: no list of participating agencies was accepted on or before that day. A county without any has zeros.',
      args: statisticsArgs,
      ...batched(
        (counties: readonly CountyRow[], args: StatisticsArgs, context) =>
          context.queries.statisticsOfCounties(codesOf(counties), readFilter(args), args.asOf ?? null),
        { units: 4 },
      ),
    }),
  }),
});

function codesOf(counties: readonly CountyRow[]): string[] {
  return counties.map((county) => county.fips);
}

builder.queryFields((t) => ({
  county: t.field({
    type: CountyRef,
    nullable: true,
    description: 'The county with this FIPS code; null when there is none.',
    args: { fips: t.arg.string({ required: true, description: 'Five digits, such as 12086.' }) },
    resolve: (_parent, { fips }) => {
      if (!/^\d{5}$/.test(fips))
        throw badInput(`fips is five digits such as 12086, not ${JSON.stringify(fips.slice(0, 80))}.`);
      return findCounty(fips);
    },
  }),
}));
