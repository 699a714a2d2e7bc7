/** Filter of statistics, and the order of their places. */
import type { StateCountField } from '../../../analysis/tally.ts';
import { stateCountFields } from '../../../analysis/tally.ts';
import type { StatisticsFilter } from '../../../queries/counts/statistics-filter.ts';
import type { OrderBy } from '../../../queries/queries.ts';
import { readAgencyIds } from '../agencies/agreement-arguments.ts';
import { builder } from '../builder.ts';
import { AgencyTypeEnum, described, ModelEnum, OrderDirectionEnum } from '../enums.ts';

export const StatisticsFilterInput = builder.inputType('StatisticsFilter', {
  description:
    'What to count. Lists mean any of their values, and nothing when they are empty; fields mean all of them; left out means everything. Types and counties are those of the agency today, as its newest list has them.',
  fields: (t) => ({
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    models: t.field({
      type: [ModelEnum],
      description: 'Agreements under these models, and agencies that have one of them.',
    }),
    agencyTypes: t.field({ type: [AgencyTypeEnum], description: 'Types of the agency, as its newest list has them.' }),
    counties: t.stringList({
      description: 'Five-digit FIPS codes of the agency’s county. Counted on demand, not kept: it takes longer.',
    }),
    agencyIds: t.idList({
      description: 'Ids of at most 1,000 agencies. The id of a merged agency means the survivor.',
    }),
  }),
});

export interface FilterArgs {
  filter?: StatisticsFilter | null | undefined;
}

/** The filter with the rows' own ids; throws BAD_USER_INPUT for an id of something else. */
export const readFilter = ({ filter }: FilterArgs): StatisticsFilter => readAgencyIds(filter);

const StateCountFieldEnum = builder.enumType(
  'StateCountOrderField',
  described('What counts of places are ordered by.', stateCountFields, {
    AGREEMENTS: 'By agreements in force; equal ones by code.',
    AGENCIES: 'By agencies with an agreement in force; equal ones by code.',
    CODE: 'By the code of the US Postal Service.',
  }),
);

export const StateCountOrder = builder.inputType('StateCountOrder', {
  description: 'In what order counts of places come.',
  fields: (t) => ({
    field: t.field({ type: StateCountFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which end comes first.' }),
  }),
});

export interface StateCountArgs {
  first?: number | null | undefined;
  orderBy: OrderBy<StateCountField>;
}
