/** Agreements: what an agency signed, under one model. */

import type { PageArgs } from '../../../queries/keyset/window.ts';
import { rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { connect, connectAll, pageArgs } from '../connection.ts';
import { AgreementStatusEnum, ModelEnum } from '../enums.ts';
import { type EventArgs, eventArgs, eventNeeds, readEventArgs } from '../events/event-arguments.ts';
import { decodeId, encodeId } from '../global-id.ts';
import { printedRowNeeds } from '../lists/printed-row.ts';
import {
  AgencyRef,
  AgreementConnection,
  type AgreementParent,
  AgreementRef,
  LedgerEventConnection,
  NodeRef,
  PrintedRowConnection,
} from '../refs.ts';
import { type AgreementArgs, agreementArgs, agreementNeeds, readAgencyIds } from './agreement-arguments.ts';

AgreementRef.implement({
  description:
    'One agreement of one agency under one model. Agreements and agencies are different counts: an agency may hold several.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and for ever: the id of an agreement merged into another answers with the survivor.',
      resolve: ({ id }) => encodeId('agreement', id),
    }),
    agency: t.field({
      type: AgencyRef,
      description: 'Who signed it.',
      ...batched(async (agreements: readonly AgreementParent[], _args: object, context) => {
        const alone = agreements.filter((agreement) => agreement.agency === undefined);
        const read = alone.length === 0 ? [] : await context.queries.agenciesById(alone.map((each) => each.agencyId));
        const byAgreement = new Map(alone.map((agreement, index) => [agreement, read[index] ?? null]));
        return agreements.map((agreement) => {
          const agency = agreement.agency ?? byAgreement.get(agreement) ?? null;
          if (agency === null) throw new Error('An agreement without its agency.');
          return agency;
        });
      }),
    }),
    model: t.expose('model', { type: ModelEnum, description: 'What the agency’s officers may do under it.' }),
    status: t.expose('status', { type: AgreementStatusEnum, description: 'Where it stands, as of now.' }),
    signedOn: t.expose('signedOn', {
      type: 'Date',
      nullable: true,
      description: 'Day of signing, as last corrected; null: pending, or the sheet left it blank or unreadable.',
    }),
    signedPrinted: t.exposeString('signedPrinted', {
      nullable: true,
      description: 'Day of signing as the sheet prints it; null: the cell is blank, or it is pending.',
    }),
    firstListedAt: t.expose('firstListedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Publication of the first list that shows it as signed; null: none did yet.',
    }),
    firstListedIsLowerBound: t.exposeBoolean('firstListedIsLowerBound', {
      description: 'Whether that was the very first list the ledger knows, so that it may have been listed earlier.',
    }),
    lastListedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Publication of the last list that shows it as signed: the newest while it is listed; null: none did.',
      ...batched(
        async (agreements: readonly AgreementParent[], _args: object, context) => {
          const listed = agreements.some((each) => each.lastListedAt === null && each.firstListedAt !== null);
          const newest = listed ? await context.queries.newestPublication() : null;
          return agreements.map((each) => each.lastListedAt ?? (each.firstListedAt === null ? null : newest));
        },
        { units: 2 },
      ),
    }),
    endedOn: t.expose('endedOn', {
      type: 'Date',
      nullable: true,
      description:
        'Day in New York of the first list without it, once later lists confirmed that; null: it did not end, or it is too early to tell.',
    }),
    pendingFirstListedAt: t.expose('pendingFirstListedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Publication of the first pending list that shows it; null: it was never seen pending.',
    }),
    memorandum: t.field({
      type: 'URL',
      nullable: true,
      description: 'Link to the signed memorandum; null: the sheet links none.',
      resolve: ({ memorandumUrl }) => memorandumUrl,
    }),
    addenda: t.field({
      type: ['URL'],
      description: 'Links to its addenda, in the order in which they appeared; empty: the sheet links none.',
      resolve: ({ addendumUrls }) => addendumUrls,
    }),
    supersedes: t.field({
      type: AgreementRef,
      nullable: true,
      description: 'The earlier agreement of the same agency and model whose place it took; null: there is none.',
      ...batched(
        async (agreements: readonly AgreementParent[], _args: object, context) => {
          const ids = agreements.flatMap(({ supersedes }) => (supersedes === null ? [] : [supersedes]));
          const found = await context.queries.agreementsById(ids);
          const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
          return agreements.map(({ supersedes }) => (supersedes === null ? null : (byId.get(supersedes) ?? null)));
        },
        { units: 2 },
      ),
    }),
    supersededBy: t.field({
      type: AgreementRef,
      nullable: true,
      description: 'The later agreement of the same agency and model that took its place; null: none did.',
      ...batched(
        (agreements: readonly AgreementParent[], _args: object, context) =>
          context.queries.successorsOf(agreements.map((agreement) => agreement.id)),
        { units: 2 },
      ),
    }),
    printedRows: t.field({
      type: PrintedRowConnection,
      description: 'Rows of accepted lists, pending ones too, that print it, newest list first.',
      args: {
        ...pageArgs,
        distinct: t.arg.boolean({
          required: true,
          defaultValue: false,
          description:
            'Whether to answer each form of the row once, by the last list that prints it so. The form is its texts and links, wherever it stands. It costs much: ask for few agreements at a time.',
        }),
      },
      ...batched(
        (
          agreements: readonly AgreementParent[],
          { distinct, ...args }: PageArgs & { distinct: boolean },
          context,
          selection,
        ) =>
          connectAll(context, selection, printedRowNeeds, args, (request) =>
            context.queries[distinct ? 'printedFormsOf' : 'printedRowsOf'](idsOf(agreements), request),
          ),
        {
          units: ({ distinct }) => (distinct === true ? 150 : 6),
          countUnits: ({ distinct }) => (distinct === true ? 150 : 4),
        },
      ),
    }),
    ledgerEvents: t.field({
      type: LedgerEventConnection,
      description: 'What the log says of it, oldest first.',
      args: eventArgs,
      ...batched(
        async (agreements: readonly AgreementParent[], args: EventArgs, context, selection) => {
          const read = await readEventArgs(args, context);
          return connectAll(context, selection, eventNeeds, read.page, (request) =>
            context.queries.eventsOf('agreement', idsOf(agreements), { ...request, ...read.events }),
          );
        },
        { units: 3, countUnits: 3 },
      ),
    }),
  }),
});

function idsOf(agreements: readonly AgreementParent[]): string[] {
  return agreements.map((agreement) => agreement.id);
}

builder.queryFields((t) => ({
  agreement: t.field({
    type: AgreementRef,
    nullable: true,
    description: 'The agreement with this id, or that answers for it since a merger; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'As answered in the field id.' }) },
    ...batched(
      async (_parents: readonly unknown[], { id }: { id: string }, context) => {
        const decoded = decodeId(id);
        return decoded?.kind === 'agreement' ? context.queries.agreementsById([decoded.key]) : [null];
      },
      { units: 10 },
    ),
  }),
  agreements: t.field({
    type: AgreementConnection,
    description: 'Agreements; without a filter those that are in force.',
    args: { ...pageArgs, ...agreementArgs },
    ...batched(
      async (_parents: readonly unknown[], args: AgreementArgs, context, selection) => [
        await connect(context, selection, agreementNeeds, args, (request) =>
          context.queries.agreements({ ...request, ...args, filter: readAgencyIds(args.filter) }),
        ),
      ],
      rootPage,
    ),
  }),
}));
