/** Agencies: who signs. */
import { findCounty, stateOf } from '../../../queries/places.ts';
import { pageOfParent, rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { connect, connectAll, pageArgs } from '../connection.ts';
import { AgencyTypeEnum } from '../enums.ts';
import { type EventArgs, eventArgs, eventNeeds, readEventArgs } from '../events/event-arguments.ts';
import { encodeId } from '../global-id.ts';
import {
  AgencyConnection,
  type AgencyParent,
  AgencyRef,
  AgreementConnection,
  CountyRef,
  LedgerEventConnection,
  NodeRef,
  StateRef,
} from '../refs.ts';
import { type AgencyArgs, agencyArgs, agencyNeeds } from './agency-arguments.ts';
import { type AgreementArgs, agreementArgs, agreementNeeds, readAgencyIds } from './agreement-arguments.ts';

AgencyRef.implement({
  description: 'A law-enforcement agency in one state. It may hold several agreements, one for each model.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and for ever: the id of an agency merged into another answers with the survivor.',
      resolve: ({ id }) => encodeId('agency', id),
    }),
    slug: t.exposeString('slug', { description: 'Readable key for links. Former slugs go on answering.' }),
    name: t.exposeString('name', { description: 'The name the ledger chose, once, among those that were printed.' }),
    type: t.expose('type', {
      type: AgencyTypeEnum,
      nullable: true,
      description: 'Government it belongs to, by the newest list that shows it; null: blank there, or unreadable.',
    }),
    typePrinted: t.exposeString('typePrinted', {
      nullable: true,
      description: 'Type as that list prints it; null: the cell is blank, or the list has no such column.',
    }),
    state: t.field({
      type: StateRef,
      description: 'Where it is.',
      resolve: ({ placeCode }) => stateOf(placeCode),
    }),
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'By its own name or the sheet’s column; null: neither says, which does not mean it has none.',
      resolve: ({ countyFips }) => (countyFips === null ? null : findCounty(countyFips)),
    }),
    firstListedAt: t.field({
      type: 'DateTime',
      description: 'Publication of the first list of any kind that shows it.',
      resolve: ({ firstListedAt }) => firstListedAt,
    }),
    printedNames: t.field({
      type: ['String'],
      description: 'Every name that accepted lists printed for it, in alphabetical order.',
      ...batched(
        (agencies: readonly AgencyParent[], _args: object, context) =>
          context.queries.printedNames(agencies.map((agency) => agency.id)),
        { units: 3 },
      ),
    }),
    agreements: t.field({
      type: AgreementConnection,
      description: 'Its agreements; without a filter those that are in force.',
      args: { ...pageArgs, ...agreementArgs },
      ...batched(
        (agencies: readonly AgencyParent[], args: AgreementArgs, context, selection) =>
          connectAll(context, selection, agreementNeeds, args, (request) =>
            context.queries.agreementsOf('agency', idsOf(agencies), {
              ...request,
              ...args,
              filter: readAgencyIds(args.filter),
            }),
          ),
        pageOfParent,
      ),
    }),
    ledgerEvents: t.field({
      type: LedgerEventConnection,
      description: 'What the log says of it and of agencies merged into it, oldest first.',
      args: eventArgs,
      ...batched(
        async (agencies: readonly AgencyParent[], args: EventArgs, context, selection) => {
          const read = await readEventArgs(args, context);
          return connectAll(context, selection, eventNeeds, read.page, (request) =>
            context.queries.eventsOf('agency', idsOf(agencies), { ...request, ...read.events }),
          );
        },
        { units: 60, countUnits: 12 },
      ),
    }),
  }),
});

function idsOf(agencies: readonly AgencyParent[]): string[] {
  return agencies.map((agency) => agency.id);
}

builder.queryFields((t) => ({
  agency: t.field({
    type: AgencyRef,
    nullable: true,
    description: 'The agency with this slug, or that had it once; null when there is none.',
    args: { slug: t.arg.string({ required: true, description: 'As answered in the field slug.' }) },
    ...batched(
      async (_parents: readonly unknown[], { slug }: { slug: string }, context) => [
        await context.queries.agencyBySlug(slug),
      ],
      { units: 20 },
    ),
  }),
  agencies: t.field({
    type: AgencyConnection,
    description:
      'Agencies; without a filter those with an agreement in force. `agency` and `search` find the others too.',
    args: { ...pageArgs, ...agencyArgs },
    ...batched(
      async (_parents: readonly unknown[], args: AgencyArgs, context, selection) => [
        await connect(context, selection, agencyNeeds, args, (request) =>
          context.queries.agencies({ ...request, ...args, filter: args.filter ?? {} }),
        ),
      ],
      rootPage,
    ),
  }),
}));
