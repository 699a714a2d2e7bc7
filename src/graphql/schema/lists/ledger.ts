/** What the ledger says of itself. */
import { encodeEventCursor } from '../../../feed/log/cursor.ts';
import type { LedgerRow, ListStatus } from '../../../queries/ledger.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { SnapshotKindEnum } from '../enums.ts';
import { SnapshotRef } from '../refs.ts';
import { findSnapshots } from './snapshots-of.ts';

const ListStatusRef = builder.objectRef<ListStatus>('ListStatus').implement({
  description: 'How fresh one kind of list is. It follows from what is stored; no clock is asked.',
  fields: (t) => ({
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
      description: 'When a list of this kind last reached the ledger, whatever the verdict; null: none did.',
    }),
    lastChangedAt: t.expose('lastChangedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Publication of the last accepted list that differs from the one before it; null: none was accepted.',
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

const Ledger = builder.objectRef<LedgerRow>('Ledger').implement({
  description: 'The state of the ledger as a whole.',
  fields: (t) => ({
    revision: t.exposeString('revision', {
      description: 'A decimal counter that every change of public state raises. Equal revisions give equal answers.',
    }),
    position: t.field({
      type: 'EventCursor',
      description: 'End of the event log: subscribe after it to miss nothing from now on.',
      resolve: ({ epoch, lastSequence }) => encodeEventCursor(epoch, lastSequence),
    }),
    sample: t.exposeBoolean('sample', {
      description: 'Whether this is the SAMPLE ledger, whose agencies and lists are made up.',
    }),
    rulesVersion: t.exposeInt('rulesVersion', {
      description: 'Version of the rules (aliases, vocabularies, canonical names) by which it was derived.',
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
