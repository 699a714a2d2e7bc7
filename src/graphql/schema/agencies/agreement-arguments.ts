/** Filter and order of connections of agreements. */
import type { AgreementFilter, AgreementOrderField } from '../../../queries/agreements.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import type { OrderBy } from '../../../queries/queries.ts';
import { badInput } from '../../../queries/refusal.ts';
import { builder } from '../builder.ts';
import { type FieldNeeds, fieldsNeeded } from '../connection.ts';
import {
  AgencyTypeEnum,
  AgreementOrderFieldEnum,
  AgreementStatusEnum,
  ModelEnum,
  OrderDirectionEnum,
} from '../enums.ts';
import { decodeId } from '../global-id.ts';
import { agencyNeeds } from './agency-arguments.ts';

const Exclusion = builder.inputType('AgreementExclusion', {
  description:
    'What none of the agreements has: each value of each list is left out. What is not known, such as the type of an agency, stays.',
  fields: (t) => ({
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    models: t.field({ type: [ModelEnum], description: 'What the officers may do under it.' }),
    statuses: t.field({ type: [AgreementStatusEnum], description: 'Statuses as of now.' }),
    agencyTypes: t.field({ type: [AgencyTypeEnum], description: 'Types of the agency, as its newest list has them.' }),
    counties: t.stringList({ description: 'Five-digit FIPS codes of the agency’s county.' }),
  }),
});

const Filter = builder.inputType('AgreementFilter', {
  description:
    'Which agreements. Lists mean any of their values, and nothing when they are empty; fields mean all of them; left out means no condition.',
  fields: (t) => ({
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
    models: t.field({ type: [ModelEnum], description: 'What the officers may do under it.' }),
    statuses: t.field({
      type: [AgreementStatusEnum],
      description:
        'Statuses as of now. Left out or null it is ACTIVE, but with inForceOn, endedFrom, endedTo or not.statuses any; with all six of them, every agreement that the ledger knows, those never signed included.',
    }),
    agencyTypes: t.field({ type: [AgencyTypeEnum], description: 'Types of the agency, as its newest list has them.' }),
    counties: t.stringList({ description: 'Five-digit FIPS codes of the agency’s county.' }),
    agencyIds: t.idList({ description: 'Ids of agencies. The id of a merged agency means the survivor.' }),
    signedFrom: t.field({ type: 'Date', description: 'Signed on this day or later.' }),
    signedTo: t.field({ type: 'Date', description: 'Signed on this day or earlier.' }),
    listedFrom: t.field({ type: 'Date', description: 'First listed as signed on this day in New York or later.' }),
    listedTo: t.field({ type: 'Date', description: 'First listed as signed on this day in New York or earlier.' }),
    inForceOn: t.field({
      type: 'Date',
      description:
        'Stood on the last list of participating agencies that was published on or before this day in New York. Not the same as signed by then: before the first list only survivors are known.',
    }),
    endedFrom: t.field({
      type: 'Date',
      description:
        'Off the list for good on this day in New York or later, by endedOn; those not yet confirmed have none.',
    }),
    endedTo: t.field({ type: 'Date', description: 'Off the list for good on this day in New York or earlier.' }),
    hasMemorandum: t.boolean({ description: 'Whether a list links the signed memorandum.' }),
    not: t.field({ type: Exclusion, description: 'What is left out of all that.' }),
    text: t.string({ description: 'Part of the agency’s name or words much like it; at most 200 characters.' }),
  }),
});

const Order = builder.inputType('AgreementOrder', {
  description: 'In what order agreements come. Equal ones are ordered by their ids.',
  fields: (t) => ({
    field: t.field({ type: AgreementOrderFieldEnum, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirectionEnum, required: true, description: 'Which end comes first.' }),
  }),
});

export const agreementArgs = builder.args((t) => ({
  filter: t.field({
    type: Filter,
    defaultValue: { statuses: ['ACTIVE'] },
    description: 'Which agreements; left out or null means those that are in force.',
  }),
  orderBy: t.field({
    type: Order,
    required: true,
    defaultValue: { field: 'SIGNED_ON', direction: 'DESC' },
    description: 'In what order they come.',
  }),
}));

export interface AgreementArgs extends PageArgs {
  filter?: AgreementFilter | null | undefined;
  orderBy: OrderBy<AgreementOrderField>;
}

/** The filter with the rows' own ids of agencies; throws BAD_USER_INPUT for an id of something else. */
export function readAgencyIds<Filter extends { agencyIds?: readonly string[] | null | undefined }>(
  filter: Filter | null | undefined,
): Filter | Record<string, never> {
  if (filter == null) return {};
  if (filter.agencyIds == null) return filter;
  const agencyIds = filter.agencyIds.map((id) => {
    const decoded = decodeId(id);
    if (decoded?.kind !== 'agency')
      throw badInput(`agencyIds: ${JSON.stringify(id.slice(0, 80))} is not the id of an agency.`);
    return decoded.key;
  });
  return { ...filter, agencyIds };
}

/** Fields of Agreement that need other columns than the one of their name. */
export const agreementNeeds: FieldNeeds = {
  agency: (below) => ['agencyId', 'agency', ...fieldsNeeded(below, agencyNeeds).map((field) => `agency.${field}`)],
  memorandum: ['memorandumUrl'],
  addenda: ['addendumUrls'],
  lastListedAt: ['lastListedAt', 'firstListedAt'],
};
