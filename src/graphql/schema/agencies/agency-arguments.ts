/** Filter and order of connections of agencies. */
import type { AgencyFilter, AgencyOrderField } from '../../../queries/agencies.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import type { OrderBy } from '../../../queries/queries.ts';
import { builder } from '../builder.ts';
import type { FieldNeeds } from '../connection.ts';
import { AgencyOrderFieldEnum, AgencyTypeEnum, AgreementStatusEnum, ModelEnum, OrderDirectionEnum } from '../enums.ts';

const Filter = builder.inputType('AgencyFilter', {
  description:
    'Which agencies. Lists mean any of their values, and nothing when they are empty; fields mean all of them; left out means no condition.',
  fields: (t) => ({
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    counties: t.stringList({ description: 'Five-digit FIPS codes of counties.' }),
    types: t.field({ type: [AgencyTypeEnum], description: 'Types as the newest list that shows the agency has them.' }),
    models: t.field({
      type: [ModelEnum],
      description: 'Has an agreement under one of these models, in one of the statuses.',
    }),
    statuses: t.field({
      type: [AgreementStatusEnum],
      description:
        'Has an agreement in one of these statuses. Left out or null it is ACTIVE; with all of them, every agency that the ledger knows.',
    }),
    firstListedFrom: t.field({ type: 'Date', description: 'First listed on this day in New York or later.' }),
    firstListedTo: t.field({ type: 'Date', description: 'First listed on this day in New York or earlier.' }),
    text: t.string({ description: 'Part of the name or words much like it; at most 200 characters.' }),
  }),
});

const Order = builder.inputType('AgencyOrder', {
  description: 'In what order agencies come. Equal ones are ordered by their ids.',
  fields: (t) => ({
    field: t.field({ type: AgencyOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which end comes first.' }),
  }),
});

export const agencyArgs = builder.args((t) => ({
  filter: t.field({
    type: Filter,
    defaultValue: { statuses: ['ACTIVE'] },
    description: 'Which agencies; left out or null means those with an agreement in force.',
  }),
  orderBy: t.field({
    type: Order,
    required: true,
    defaultValue: { field: 'NAME', direction: 'ASC' },
    description: 'In what order they come.',
  }),
}));

export interface AgencyArgs extends PageArgs {
  filter?: AgencyFilter | null | undefined;
  orderBy: OrderBy<AgencyOrderField>;
}

/** Fields of Agency that need other columns than the one of their name. */
export const agencyNeeds: FieldNeeds = {
  state: ['placeCode'],
  county: ['countyFips'],
};
