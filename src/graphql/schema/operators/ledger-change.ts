/** What a mutation changed, or would change. */
import { type EventKind, eventKinds } from '../../../../schema/enums.ts';
import type { FieldChange, Plan, PlannedAgreement, PlannedChange } from '../../../analysis/plan.ts';
import type { ChangeReport } from '../../../operations/operations.ts';
import { builder } from '../builder.ts';
import { described, EventKindEnum, ModelEnum } from '../enums.ts';
import { encodeId } from '../global-id.ts';

const changes = [
  'ADDED',
  'UNLISTED',
  'ENDED',
  'RESTORED',
  'SUPERSEDED',
  'DROPPED',
  'CORRECTED',
  'GONE',
] as const satisfies readonly PlannedChange[];

const PlannedChangeEnum = builder.enumType(
  'PlannedChange',
  described('How an agreement would stand otherwise.', changes, {
    ADDED: 'It would be a new one.',
    UNLISTED: 'It would be missing from the newest lists.',
    ENDED: 'It would be taken as ended.',
    RESTORED: 'It would be listed again.',
    SUPERSEDED: 'A newer one would take its place.',
    DROPPED: 'It would no longer be pending.',
    CORRECTED: 'It would stand as before, but for a field.',
    GONE: 'It would be no agreement of its own any more.',
  }),
);

const PlannedField = builder.objectRef<FieldChange>('PlannedField').implement({
  description: 'One value that would be another one.',
  fields: (t) => ({
    field: t.exposeString('field', {
      description: 'Which one: status, signedOn, endedOn, memorandum, firstListedAt, agency or state.',
    }),
    before: t.exposeString('before', { nullable: true, description: 'As it stands; null: it has none.' }),
    after: t.exposeString('after', { nullable: true, description: 'As it would stand; null: it would have none.' }),
  }),
});

const PlannedAgreementRef = builder.objectRef<PlannedAgreement>('PlannedAgreement').implement({
  description: 'One agreement that would stand otherwise.',
  fields: (t) => ({
    change: t.expose('change', { type: PlannedChangeEnum, description: 'How, in a word.' }),
    agreementId: t.id({
      description: 'Id of the agreement, which does not exist yet where it would be added.',
      resolve: ({ agreementId }) => encodeId('agreement', agreementId),
    }),
    state: t.exposeString('state', { description: 'USPS code of its state afterwards; of what is gone, before.' }),
    agency: t.exposeString('agency', { description: 'Name of its agency afterwards; of what is gone, before.' }),
    model: t.expose('model', { type: ModelEnum, description: 'What the officers may do under it.' }),
    fields: t.field({
      type: [PlannedField],
      description: 'The values that would be others.',
      extensions: { atMost: 7, each: 0.1 },
      resolve: ({ fields }) => fields,
    }),
  }),
});

/** Agreements that an answer shows of a plan; the command line shows all. */
const MOST_SHOWN = 100;

export const PlanRef = builder.objectRef<Plan>('Plan').implement({
  description: 'What would stand otherwise, agreement by agreement, netted; nothing of it was done.',
  fields: (t) => ({
    agreementCount: t.int({
      description: 'How many agreements would stand otherwise.',
      resolve: ({ agreements }) => agreements.length,
    }),
    agreements: t.field({
      type: [PlannedAgreementRef],
      description: 'The first hundred of them by state, agency and model.',
      extensions: { atMost: MOST_SHOWN, each: 0.5 },
      resolve: ({ agreements }) => agreements.slice(0, MOST_SHOWN),
    }),
    renamedCount: t.int({
      description: 'How many agencies would go by another name.',
      resolve: ({ renamed }) => renamed.length,
    }),
  }),
});

const EventCount = builder.objectRef<{ kind: EventKind; count: number }>('EventCount').implement({
  description: 'How many events of one kind were appended to the log.',
  fields: (t) => ({
    kind: t.expose('kind', { type: EventKindEnum, description: 'What happened.' }),
    count: t.exposeInt('count', { description: 'How many of them, those of the past included.' }),
  }),
});

const ListName = builder.objectRef<ChangeReport['accepted'][number]>('ListName').implement({
  description: 'A list by its id and the name of its file.',
  fields: (t) => ({
    id: t.id({
      description: 'As the field snapshot of the API takes it.',
      resolve: ({ id }) => encodeId('snapshot', id),
    }),
    fileName: t.exposeString('fileName', { description: 'Name of the file as it came.' }),
  }),
});

/** What every answer of a mutation says. */
type Told = Pick<ChangeReport, 'revision' | 'events' | 'liveEvents' | 'plan'>;

export const LedgerChangeInterface = builder.interfaceRef<Told & { typename?: string }>('Change').implement({
  description: 'What a mutation did, or would do.',
  fields: (t) => ({
    revision: t.exposeString('revision', {
      description: 'The ledger’s revision afterwards; of a dry run, as it stands.',
    }),
    events: t.field({
      type: [EventCount],
      description: 'What was, or would be, appended to the log, by kind.',
      extensions: { atMost: eventKinds.length, each: 0.1 },
      resolve: ({ events }) =>
        eventKinds.flatMap((kind) => (events[kind] === undefined ? [] : [{ kind, count: events[kind] }])),
    }),
    liveEvents: t.exposeInt('liveEvents', {
      description: 'How many of the events are news, which watchers are told at once; the rest is history.',
    }),
    plan: t.expose('plan', {
      type: PlanRef,
      nullable: true,
      description: 'Of a dry run, what would stand otherwise; null: it was done.',
    }),
  }),
  resolveType: ({ typename }) => typename,
});

const MOST_LISTS = 100;

export const LedgerChangeRef = builder.objectRef<ChangeReport>('LedgerChange').implement({
  description: 'What an operator’s word on lists, names or spellings changed.',
  interfaces: [LedgerChangeInterface],
  fields: (t) => ({
    decisionIds: t.idList({
      description: 'The decisions that it made or revoked, each of which can be revoked; empty: of a dry run.',
      resolve: ({ decisionIds }) => decisionIds.map((id) => `decision_${id}`),
    }),
    rowsReadAgain: t.exposeInt('rowsReadAgain', { description: 'Stored rows that a spelling makes read otherwise.' }),
    accepted: t.field({
      type: [ListName],
      description:
        'Lists that were held and are accepted because of it, at most the first hundred; the one it is about where its new time is what accepts it.',
      extensions: { atMost: MOST_LISTS, each: 0.1 },
      resolve: ({ accepted }) => accepted.slice(0, MOST_LISTS),
    }),
    held: t.field({
      type: [ListName],
      description:
        'Lists that were accepted and are held because of it, at most the first hundred; not the one it is about.',
      extensions: { atMost: MOST_LISTS, each: 0.1 },
      resolve: ({ held }) => held.slice(0, MOST_LISTS),
    }),
    ingestAgain: t.stringList({
      description: 'Names of rejected files that a new heading may make readable: hand them in again.',
      resolve: ({ ingestAgain }) => [...ingestAgain],
    }),
    notes: t.stringList({
      description: 'What else a person should know, a sentence each: such as why a re-dated list is still held.',
      resolve: ({ notes }) => [...notes],
    }),
  }),
});
