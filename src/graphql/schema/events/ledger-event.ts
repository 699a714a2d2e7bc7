/** The event log: the interface that all events share, and the connections over it. */
import type { EventStanding } from '../../../../schema/tables/events.ts';
import { encodeEventCursor } from '../../../feed/log/cursor.ts';
import { stateOf } from '../../../queries/places.ts';
import { rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { connect } from '../connection.ts';
import { AgreementStatusEnum, EventKindEnum } from '../enums.ts';
import { encodeId } from '../global-id.ts';
import {
  AgencyRef,
  AgreementRef,
  type EventParent,
  LedgerEventConnection,
  LedgerEventRef,
  NodeRef,
  SnapshotRef,
  StateRef,
} from '../refs.ts';
import { type EventArgs, eventArgs, eventNeeds, readEventArgs } from './event-arguments.ts';
import { typenameOfEvent } from './event-names.ts';

LedgerEventRef.implement({
  description:
    'Something that changed the ledger, numbered in the order of commit. What an event recorded never changes; the nodes it leads to show today. New kinds may be added: select what you need through this interface.',
  interfaces: [NodeRef],
  resolveType: (event) => typenameOfEvent(event),
  fields: (t) => ({
    id: t.id({
      description: 'Opaque and for ever, the same wherever the same lists were ingested.',
      resolve: ({ id }) => encodeId('event', id),
    }),
    kind: t.expose('kind', { type: EventKindEnum, description: 'What happened.' }),
    cursor: t.field({
      type: 'EventCursor',
      description: 'Its place in the log: keep the last one you saw, and go on after it.',
      resolve: ({ epoch, sequence, hash }) => encodeEventCursor(epoch, BigInt(sequence), hash),
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'Publication of the list that shows it, or time of the decision.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was written to the log.' }),
    backfill: t.exposeBoolean('backfill', { description: 'Whether it was history already when it was recorded.' }),
    provisional: t.exposeBoolean('provisional', {
      description: 'Whether later lists may still show otherwise; then a retraction or a restoration follows.',
    }),
    summary: t.exposeString('summary', { description: 'The event in one English sentence, as recorded.' }),
    snapshot: t.field({
      type: SnapshotRef,
      nullable: true,
      description: 'The list that caused it; null: a decision or new rules did.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const numbers = distinct(events.map((event) => event.snapshotNumber));
        const found = await context.queries.snapshotsByNumber(numbers);
        const byNumber = new Map(numbers.map((number, index) => [number, found[index] ?? null]));
        return events.map(({ snapshotNumber }) =>
          snapshotNumber === null ? null : (byNumber.get(snapshotNumber) ?? null),
        );
      }),
    }),
    agreement: t.field({
      type: AgreementRef,
      nullable: true,
      description:
        'The agreement it is about, as of now; null: it is about an agency, or the agreement turned out never to have been.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const ids = distinct(events.map((event) => event.agreementId));
        const found = await context.queries.agreementsById(ids);
        const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
        return events.map(({ agreementId }) => (agreementId === null ? null : (byId.get(agreementId) ?? null)));
      }),
    }),
    agency: t.field({
      type: AgencyRef,
      nullable: true,
      description:
        'The agency it is about, as of now; null: the agency turned out never to have been, or the event is about the whole ledger.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const ids = distinct(events.map((event) => event.agencyId));
        const found = await context.queries.agenciesById(ids);
        const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
        return events.map(({ agencyId }) => (agencyId === null ? null : (byId.get(agencyId) ?? null)));
      }),
    }),
    state: t.field({
      type: StateRef,
      nullable: true,
      description: 'The place of the agency, as of the event; null: the event is about the whole ledger.',
      resolve: ({ placeCode }) => (placeCode === null ? null : stateOf(placeCode)),
    }),
    standing: t.field({
      type: StandingRef,
      nullable: true,
      description:
        'What stands after the event. Whoever queried at position and replaces by id with the standing of each live event has what a query answers in these fields, while the model and the county are in agreement and agency; null: it is history, is about the whole ledger, or was recorded by an early version.',
      resolve: ({ standing }) => standing,
    }),
  }),
});

const StandingRef = builder.objectRef<EventStanding>('EventStanding').implement({
  description:
    'What stands after an event, as recorded with it: an agreement and whose it is, or an agency alone, whose name and place then hold for all of its agreements.',
  fields: (t) => ({
    agreementId: t.id({
      nullable: true,
      description: 'Id of the agreement that this replaces; null: the event is about an agency alone.',
      resolve: ({ agreementId }) => (agreementId === null ? null : encodeId('agreement', agreementId)),
    }),
    gone: t.exposeBoolean('gone', {
      description: 'Whether it is no agreement, or agency, of its own any more; then the rest is as it last was.',
    }),
    status: t.expose('status', {
      type: AgreementStatusEnum,
      nullable: true,
      description: 'Where the agreement stands; null: the event is about an agency alone.',
    }),
    signedOn: t.expose('signedOn', {
      type: 'Date',
      nullable: true,
      description: 'Day of signing; null: the list leaves it blank, or has something else there.',
    }),
    endedOn: t.expose('endedOn', {
      type: 'Date',
      nullable: true,
      description: 'Day of the first list without it, once that is confirmed; null: it has not ended.',
    }),
    memorandum: t.expose('memorandumUrl', {
      type: 'URL',
      nullable: true,
      description: 'Link to the signed memorandum; null: none was posted.',
    }),
    agencyId: t.id({
      description: 'Id of the agency that holds the agreement after the event.',
      resolve: ({ agencyId }) => encodeId('agency', agencyId),
    }),
    agencyName: t.exposeString('agencyName', { description: 'By which the ledger calls that agency after the event.' }),
    state: t.field({
      type: StateRef,
      description: 'The place of the agency.',
      resolve: ({ placeCode }) => stateOf(placeCode),
    }),
  }),
});

function distinct<Value>(values: readonly (Value | null)[]): Value[] {
  return [...new Set(values)].filter((value) => value !== null);
}

interface RootEventArgs extends EventArgs {
  includeHistoryChanged: boolean;
}

builder.queryFields((t) => ({
  ledgerEvents: t.field({
    type: LedgerEventConnection,
    description: 'The event log, oldest first. With last it is read from the end.',
    args: {
      ...eventArgs,
      includeHistoryChanged: t.arg.boolean({
        required: true,
        defaultValue: true,
        description:
          'Whether to include each HistoryChanged, whatever the filter says. Who polls needs them; a page of what happened on some days or in some state is better without.',
      }),
    },
    ...batched(async (_parents: readonly unknown[], args: RootEventArgs, context, selection) => {
      const read = await readEventArgs(args, context);
      const { includeHistoryChanged } = args;
      const page = await connect(context, selection, eventNeeds, read.page, (request) =>
        context.queries.events({ ...request, ...read.events, includeHistoryChanged }),
      );
      return [page];
    }, rootPage),
  }),
}));
