/** What the ledger says of itself. */
import { encodeEventCursor } from '../../../feed/log/cursor.ts';
import type { AlarmRow } from '../../../queries/alarms.ts';
import type { LedgerRow, ListStatus } from '../../../queries/ledger.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { AlarmKindEnum, FollowOutcomeEnum, SnapshotKindEnum } from '../enums.ts';
import { SnapshotRef } from '../refs.ts';
import { findSnapshots } from './snapshots-of.ts';

const ListStatusRef = builder.objectRef<ListStatus>('ListStatus').implement({
  description: 'How fresh one kind of list is.',
  fields: (t) => ({
    id: t.id({
      description: 'For caches: one for each kind. `node` does not know it.',
      resolve: ({ kind }) => `lists_${kind}`,
    }),
    kind: t.expose('kind', { type: SnapshotKindEnum, description: 'Which of the two lists.' }),
    newest: t.field({
      type: SnapshotRef,
      nullable: true,
      description: 'The newest accepted list of this kind; null: none was accepted yet.',
      ...batched((statuses: readonly ListStatus[], _args: object, context) =>
        findSnapshots(
          context,
          statuses.map(({ newestNumber }) => newestNumber),
        ),
      ),
    }),
    lastCheckedAt: t.expose('lastCheckedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When a list of this kind last reached the ledger, whatever the verdict, or was last seen unchanged at the publisher’s; null: none did.',
    }),
    lastChangedAt: t.expose('lastChangedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Publication of the last accepted list that differs from the one before it; null: none was accepted.',
    }),
    lastOutcome: t.expose('lastOutcome', {
      type: FollowOutcomeEnum,
      nullable: true,
      description: 'What the last look at the publisher’s page or list found; null: nobody follows it.',
    }),
    held: t.exposeInt('held', { description: 'Lists of this kind that wait for an operator.' }),
    staleSince: t.expose('staleSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when the newest accepted list no longer tells how things are; null: nothing says so.',
    }),
    staleReason: t.exposeString('staleReason', {
      nullable: true,
      description: 'Why it is called stale, in a sentence; null: it is not.',
    }),
  }),
});

const AlarmRef = builder.objectRef<AlarmRow>('Alarm').implement({
  description: 'Something that is wrong and wants a person.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AlarmKindEnum, description: 'What is wrong.' }),
    subject: t.exposeString('subject', { description: 'What it is about, such as the id or address of a list.' }),
    message: t.exposeString('message', { description: 'The same in a sentence.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it was first seen.' }),
    toldAt: t.expose('toldAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the operators’ webhook last took it; null: it did not.',
    }),
  }),
});

const Ledger = builder.objectRef<LedgerRow>('Ledger').implement({
  description: 'The state of the ledger as a whole.',
  fields: (t) => ({
    id: t.id({ description: 'For caches: always the same. `node` does not know it.', resolve: () => 'ledger' }),
    revision: t.exposeString('revision', {
      description: 'A decimal counter that every change of public state raises. Equal revisions give equal answers.',
    }),
    position: t.field({
      type: 'EventCursor',
      description: 'End of the event log: subscribe after it to miss nothing from now on.',
      resolve: ({ epoch, lastSequence, lastHash }) => encodeEventCursor(epoch, lastSequence, lastHash),
    }),
    sample: t.exposeBoolean('sample', {
      description: 'Whether this is the SAMPLE ledger, whose agencies and lists are made up.',
    }),
    rulesVersion: t.exposeInt('rulesVersion', {
      description: 'Version of the rules (aliases, vocabularies, canonical names) by which it was derived.',
    }),
    alarms: t.field({
      type: [AlarmRef],
      nullable: true,
      description: 'What is wrong now, as the server saw it a minute ago at most; null: you are not an operator.',
      extensions: { atMost: 100, units: 20 },
      resolve: (_ledger, _args, context) => (context.viewer.operator ? context.queries.openAlarms() : null),
    }),
    lists: t.field({
      type: [ListStatusRef],
      description: 'How fresh each kind of list is.',
      extensions: { atMost: 2, units: 100 },
      resolve: (_ledger, _args, context) => context.queries.listStatuses(),
    }),
  }),
});

builder.queryFields((t) => ({
  ledger: t.field({
    type: Ledger,
    description: 'What the ledger says of itself: revision, end of the log, freshness, sample or real.',
    extensions: { units: 10 },
    resolve: (_parent, _args, context) => context.ledger(),
  }),
}));
