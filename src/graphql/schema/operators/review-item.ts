/** Review items: questions that wait for an operator. Nobody else sees them. */
import type { ReviewEvidence } from '../../../../schema/tables/reviews.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import { stateOf } from '../../../queries/places.ts';
import type { ReviewItemFilter } from '../../../queries/review-items.ts';
import { demandOperator } from '../../access/viewer.ts';
import { rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { connect, type FieldNeeds, pageArgs } from '../connection.ts';
import { DecisionKindEnum, ModelEnum, ReviewKindEnum, ReviewStatusEnum } from '../enums.ts';
import { encodeId } from '../global-id.ts';
import { NodeRef, ReviewItemConnection, ReviewItemRef, StateRef } from '../refs.ts';

const Evidence = builder.objectRef<ReviewEvidence>('ReviewEvidence').implement({
  description: 'What speaks for and against two names being one agency, or what a row that cannot be read prints.',
  fields: (t) => ({
    vanishedName: t.exposeString('vanishedName', {
      nullable: true,
      description:
        'Name of the agency whose agreement is missing from the list, as printed before. The agency may still be listed with another model; null: of UNREADABLE_ROW, which is none that is missing.',
    }),
    newName: t.exposeString('newName', { description: 'The name that is new on the list, as printed.' }),
    model: t.expose('model', {
      type: ModelEnum,
      nullable: true,
      description: 'Model of both rows, or of the one; null: it cannot be read.',
    }),
    printedState: t.string({
      nullable: true,
      description:
        'STATE of a row that cannot be read, as printed; null: of other questions, or there is no such cell.',
      resolve: ({ printedState }) => printedState ?? null,
    }),
    printedModel: t.string({
      nullable: true,
      description:
        'SUPPORT TYPE of a row that cannot be read, as printed; null: of other questions, or there is no such cell.',
      resolve: ({ printedModel }) => printedModel ?? null,
    }),
    rowNumber: t.int({
      nullable: true,
      description: 'Where a row that cannot be read stands on the list; null: of other questions.',
      resolve: ({ rowNumber }) => rowNumber ?? null,
    }),
    vanishedSignedOn: t.expose('vanishedSignedOn', {
      type: 'Date',
      nullable: true,
      description: 'Day of signing beside the vanished name; null: none was printed.',
    }),
    newSignedOn: t.expose('newSignedOn', {
      type: 'Date',
      nullable: true,
      description: 'Day of signing beside the new name; null: none was printed.',
    }),
    sameMemorandum: t.exposeBoolean('sameMemorandum', { description: 'Whether both rows link the same memorandum.' }),
    similarity: t.exposeFloat('similarity', { description: 'How alike the names are, from 0 to 1.' }),
    publishedAt: t.expose('publishedAt', {
      type: 'DateTime',
      description: 'Publication of the list that raised the question.',
    }),
  }),
});

ReviewItemRef.implement({
  description: 'A question for a person: are these two names one agency? What is this row that cannot be read?',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ description: 'Opaque and for ever.', resolve: ({ id }) => encodeId('review', id) }),
    kind: t.expose('kind', { type: ReviewKindEnum, description: 'Why the question arose.' }),
    status: t.expose('status', { type: ReviewStatusEnum, description: 'Whether it still waits.' }),
    state: t.field({
      type: StateRef,
      nullable: true,
      description: 'Where both names are, or the row is; null: its state cannot be read.',
      resolve: ({ placeCode }) => (placeCode === null ? null : stateOf(placeCode)),
    }),
    leftKey: t.exposeString('leftKey', {
      description: 'Canonical form of the first name in the alphabet; of UNREADABLE_ROW its name, or empty.',
    }),
    rightKey: t.exposeString('rightKey', {
      description: 'Canonical form of the second name; of UNREADABLE_ROW the hash of its cells.',
    }),
    evidence: t.field({
      type: Evidence,
      description: 'What speaks for and against.',
      resolve: ({ evidence }) => evidence,
    }),
    raisedAt: t.expose('raisedAt', { type: 'DateTime', description: 'When the question arose.' }),
    verdict: t.expose('verdict', {
      type: DecisionKindEnum,
      nullable: true,
      description: 'What an operator decided; null: nothing that still holds.',
    }),
  }),
});

const Filter = builder.inputType('ReviewItemFilter', {
  description: 'Which review items. Lists mean any of their values, fields mean all of them.',
  fields: (t) => ({
    statuses: t.field({ type: [ReviewStatusEnum], description: 'Whether they still wait.' }),
    kinds: t.field({ type: [ReviewKindEnum], description: 'Why they arose.' }),
    states: t.stringList({ description: 'USPS codes of states, the district and territories, such as FL.' }),
  }),
});

interface ReviewItemArgs extends PageArgs {
  filter?: ReviewItemFilter | null | undefined;
}

const needs: FieldNeeds = { state: ['placeCode'] };

builder.queryFields((t) => ({
  reviewItems: t.field({
    type: ReviewItemConnection,
    // Nullable, so that the refusal leaves the rest of a page as it is.
    nullable: true,
    description:
      'Questions for operators, longest waiting first; null: who asks is none, which the error UNAUTHENTICATED or FORBIDDEN says.',
    args: { ...pageArgs, filter: t.arg({ type: Filter, description: 'Which items; left out means all.' }) },
    ...batched(async (_parents: readonly unknown[], args: ReviewItemArgs, context, selection) => {
      demandOperator(context.viewer);
      const page = await connect(context, selection, needs, args, (request) =>
        context.queries.reviewItems(args.filter ?? {}, request),
      );
      return [page];
    }, rootPage),
  }),
}));
