/** Counties and their equivalents. */
import { type CountyRow, findCounty, stateOf } from '../../../queries/places.ts';
import { pageOfParent } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { type AgencyArgs, agencyArgs, agencyNeeds } from '../agencies/agency-arguments.ts';
import { builder } from '../builder.ts';
import { connectAll, pageArgs } from '../connection.ts';
import { encodeId } from '../global-id.ts';
import { AgencyConnection, CountyRef, NodeRef, StateRef } from '../refs.ts';

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
    agencies: t.field({
      type: AgencyConnection,
      description:
        'Agencies that the sheet, or their own name, puts into this county. One row in eight names no county.',
      args: { ...pageArgs, ...agencyArgs },
      ...batched(
        (counties: readonly CountyRow[], args: AgencyArgs, context, selection) =>
          connectAll(context, selection, agencyNeeds, args, (request) =>
            context.queries.agenciesOf(
              'county',
              counties.map((county) => county.fips),
              { ...request, ...args, filter: args.filter ?? {} },
            ),
          ),
        { ...pageOfParent, units: ({ hasText }) => (hasText ? 10 : 1), countUnits: 1 },
      ),
    }),
  }),
});

builder.queryFields((t) => ({
  county: t.field({
    type: CountyRef,
    nullable: true,
    description: 'The county with this FIPS code; null when there is none.',
    args: { fips: t.arg.string({ required: true, description: 'Five digits, such as 12086.' }) },
    resolve: (_parent, { fips }) => findCounty(fips),
  }),
}));
