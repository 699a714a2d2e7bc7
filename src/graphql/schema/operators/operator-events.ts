/** `operatorEvents`: what needs an operator, as it happens. */

import { batched } from '../../execution/batched.ts';
import type { Context } from '../../execution/context.ts';
import type { OperatorNotice } from '../../subscriptions/operator-notices.ts';
import { builder } from '../builder.ts';
import { SnapshotKindEnum } from '../enums.ts';
import { typenameOf } from '../node.ts';
import { ReviewItemRef, SnapshotRef } from '../refs.ts';

type Notice<Name extends OperatorNotice['typename']> = Extract<OperatorNotice, { typename: Name }>;

const OperatorEventRef = builder.interfaceRef<OperatorNotice>('OperatorEvent').implement({
  description: 'Something that needs an operator. It may have been seen to meanwhile: what it points to says so.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Since when it waits, or is so.' }),
  }),
  resolveType: (notice) => typenameOf(notice),
});

builder.objectRef<Notice<'SnapshotHeld'>>('SnapshotHeld').implement({
  description: 'A list waits for an operator, who releases or rejects it.',
  interfaces: [OperatorEventRef],
  fields: (t) => ({
    snapshot: t.field({
      type: SnapshotRef,
      description: 'The list, as it is now.',
      ...batched((notices: readonly Notice<'SnapshotHeld'>[], _args: object, context: Context) =>
        context.queries
          .snapshotsById(notices.map(({ snapshotId }) => snapshotId))
          .then((rows) => rows.map((row) => row ?? gone())),
      ),
    }),
  }),
});

builder.objectRef<Notice<'ReviewItemOpened'>>('ReviewItemOpened').implement({
  description: 'A question waits for an operator.',
  interfaces: [OperatorEventRef],
  fields: (t) => ({
    reviewItem: t.field({
      type: ReviewItemRef,
      description: 'The question, as it is now.',
      ...batched((notices: readonly Notice<'ReviewItemOpened'>[], _args: object, context: Context) =>
        context.queries
          .reviewItemsById(notices.map(({ reviewItemId }) => reviewItemId))
          .then((rows) => rows.map((row) => row ?? gone())),
      ),
    }),
  }),
});

builder.objectRef<Notice<'SourceStale'>>('SourceStale').implement({
  description: 'The newest accepted list of a kind no longer tells how things are.',
  interfaces: [OperatorEventRef],
  fields: (t) => ({
    kind: t.expose('kind', { type: SnapshotKindEnum, description: 'Which of the two lists.' }),
    reason: t.exposeString('reason', { description: 'Why it is called stale, in a sentence.' }),
  }),
});

function gone(): never {
  throw new Error('What waits for an operator is not stored.');
}

builder.subscriptionFields((t) => ({
  operatorEvents: t.field({
    type: OperatorEventRef,
    description:
      'What needs an operator: first all that waits now, then each as it comes, within seconds. Without cursors: after a lost connection all that still waits is told again. Anybody but operators is refused.',
    subscribe: (): never => {
      throw new Error('Subscriptions are answered by the feed.');
    },
    // The feed runs it once for each notice, with the notice as its root.
    resolve: (root) => root as OperatorNotice,
  }),
}));
