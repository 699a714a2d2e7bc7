/** The kinds of events: one object type each, with what only that kind records. */
import type { EventKind } from '../../../../schema/enums.ts';
import type { EventChange } from '../../../../schema/tables/events.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { EventKindEnum } from '../enums.ts';
import { AgencyRef, AgreementRef, type EventParent, LedgerEventRef, NodeRef } from '../refs.ts';
import { eventTypenames } from './event-names.ts';

function eventType(kind: EventKind) {
  return builder.objectRef<EventParent>(eventTypenames[kind]);
}

const interfaces = [NodeRef, LedgerEventRef];

const Change = builder.objectRef<EventChange>('FieldChange').implement({
  description: 'What one field of the ledger said before and says since.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'Which field changed, such as signedOn.' }),
    before: t.exposeString('before', { nullable: true, description: 'What the ledger said before; null: nothing.' }),
    after: t.exposeString('after', { nullable: true, description: 'What it says since; null: nothing.' }),
    rule: t.exposeString('rule', { description: 'Name of the rule that judged it.' }),
  }),
});

export const AgreementAddedRef = eventType('AGREEMENT_ADDED');
AgreementAddedRef.implement({
  description: 'A list of participating agencies shows an agreement for the first time.',
  interfaces,
});
eventType('AGREEMENT_UNLISTED').implement({
  description: 'An agreement is missing from a list for the first time. Provisional: some come back.',
  interfaces,
});
eventType('AGREEMENT_ENDED').implement({
  description: 'An agreement is missing for so long, on so many lists, that it is taken as ended.',
  interfaces,
});
eventType('AGREEMENT_RESTORED').implement({
  description: 'An agreement that was missing or taken as ended is listed again.',
  interfaces,
});
eventType('PENDING_ADDED').implement({
  description: 'The pending list shows an agreement for the first time.',
  interfaces,
});
eventType('PENDING_DROPPED').implement({
  description: 'An agreement left the pending list without being signed.',
  interfaces,
});

eventType('AGREEMENT_CORRECTED').implement({
  description: 'A list prints something else about an agreement, which a rule judges to be a correction.',
  interfaces,
  fields: (t) => ({
    changes: t.field({
      type: [Change],
      description: 'What was corrected.',
      extensions: { atMost: 8 },
      resolve: ({ payload }) => payload.changes ?? [],
    }),
  }),
});

eventType('AGENCY_RENAMED').implement({
  description: 'The name by which the ledger calls an agency changed. Mere respellings are no event.',
  interfaces,
  fields: (t) => ({
    changes: t.field({
      type: [Change],
      description: 'The name before and after.',
      extensions: { atMost: 8 },
      resolve: ({ payload }) => payload.changes ?? [],
    }),
  }),
});

eventType('AGREEMENT_SUPERSEDED').implement({
  description: 'A newer agreement of the same agency and model took the place of this one.',
  interfaces,
  fields: (t) => ({
    supersededBy: t.field({
      type: AgreementRef,
      nullable: true,
      description: 'The newer agreement, as of now; null: it turned out never to have been.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const ids = successors(events);
        const found = await context.queries.agreementsById(ids);
        const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
        return events.map(({ payload }) => byId.get(payload.successorId ?? '') ?? null);
      }),
    }),
  }),
});

eventType('AGENCY_MERGED').implement({
  description: 'Two agencies turned out to be one. The merged one’s id and slugs answer with the survivor.',
  interfaces,
  fields: (t) => ({
    survivor: t.field({
      type: AgencyRef,
      nullable: true,
      description: 'The agency that answers for both, as of now; null: it turned out never to have been.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const ids = successors(events);
        const found = await context.queries.agenciesById(ids);
        const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
        return events.map(({ payload }) => byId.get(payload.successorId ?? '') ?? null);
      }),
    }),
  }),
});

function successors(events: readonly EventParent[]): string[] {
  return events.flatMap(({ payload }) => (payload.successorId === undefined ? [] : [payload.successorId]));
}

eventType('MEMORANDUM_POSTED').implement({
  description: 'The signed memorandum of an agreement was linked, or another file in its place.',
  interfaces,
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'Link to the memorandum; null: an early event did not record it.',
      resolve: ({ payload }) => payload.url ?? null,
    }),
  }),
});

eventType('ADDENDUM_POSTED').implement({
  description: 'An addendum to an agreement was linked.',
  interfaces,
  fields: (t) => ({
    url: t.field({
      type: 'URL',
      nullable: true,
      description: 'Link to the addendum; null: an early event did not record it.',
      resolve: ({ payload }) => payload.url ?? null,
    }),
  }),
});

eventType('HISTORY_CHANGED').implement({
  description:
    'History arrived that is not told event by event: query again. It passes every filter, and ends agreementAdded with CURSOR_STALE.',
  interfaces,
  fields: (t) => ({
    lists: t.int({
      description: 'How many lists arrived as history; 0: a decision or new rules changed it.',
      resolve: ({ payload }) => payload.lists ?? 0,
    }),
    events: t.int({
      description: 'How many events of history were recorded with it, which ledgerEvents has.',
      resolve: ({ payload }) => payload.events ?? 0,
    }),
    reason: t.string({
      description: 'Why it is told in sum. Needs an alias beside the reason of EventRetracted, which may be null.',
      resolve: ({ payload }) => payload.reason ?? '',
    }),
  }),
});

eventType('EVENT_RETRACTED').implement({
  description: 'An earlier event turned out to be wrong: act as if it had not been.',
  interfaces,
  fields: (t) => ({
    retracts: t.field({
      type: LedgerEventRef,
      nullable: true,
      description: 'The event that is taken back; null: it is not in this log.',
      ...batched(async (events: readonly EventParent[], _args: object, context) => {
        const ids = events.flatMap(({ retracts }) => (retracts === null ? [] : [retracts]));
        const found = await context.queries.eventsById(ids);
        const byId = new Map(ids.map((id, index) => [id, found[index] ?? null]));
        return events.map(({ retracts }) => (retracts === null ? null : (byId.get(retracts) ?? null)));
      }),
    }),
    retractedKind: t.field({
      type: EventKindEnum,
      nullable: true,
      description: 'Kind of the event that is taken back; null: an early event did not record it.',
      resolve: ({ payload }) => payload.retractedKind ?? null,
    }),
    reason: t.field({
      type: 'String',
      nullable: true,
      description:
        'Why it is taken back, in a sentence; null: an early event did not record it. Needs an alias beside the reason of HistoryChanged.',
      resolve: ({ payload }) => payload.reason ?? null,
    }),
  }),
});
