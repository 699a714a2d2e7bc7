/** What operators do through the API: the same operations as by command, with the same words. */
import {
  type ReviewVerdict,
  reviewVerdicts,
  type SpellingSubject,
  spellingSubjects,
} from '../../../../schema/enums.ts';
import type { ActOptions, ChangeReport, Operations } from '../../../operations/operations.ts';
import { demandOperator } from '../../access/viewer.ts';
import type { Context } from '../../execution/context.ts';
import { builder } from '../builder.ts';
import { described } from '../enums.ts';
import { typenameOf } from '../node.ts';
import { LedgerChangeRef } from './ledger-change.ts';
import { type OwnCode, orRefusal, refusalTypes } from './refusals.ts';

builder.mutationType({
  description:
    'What operators do, with a bearer key; everybody else is refused. A mutation goes on to its end although nobody waits for its answer; each leaves an entry in the audit log. What cannot be done is answered as a Refusal, and nothing was done.',
});

const ReviewVerdictEnum = builder.enumType(
  'ReviewVerdict',
  described('An answer to a review item.', reviewVerdicts, {
    SAME_AGENCY: 'Both names mean one agency.',
    DIFFERENT_AGENCIES: 'The names mean two agencies.',
    SET_ASIDE: 'Of a row that cannot be read: it was seen.',
  }),
);

const SpellingSubjectEnum = builder.enumType(
  'SpellingSubject',
  described('What a spelling spells.', spellingSubjects, {
    STATE: 'A state, district or territory.',
    MODEL: 'A model: the column SUPPORT TYPE.',
    TYPE: 'The kind of government that an agency belongs to.',
    COUNTY: 'A county, within a state.',
    HEADING: 'The heading of a column.',
  }),
);

const results = {
  releaseSnapshot: resultOf('ReleaseSnapshotResult', 'What releasing a list came to.', 'NOT_HELD'),
  rejectSnapshot: resultOf('RejectSnapshotResult', 'What rejecting a list came to.', 'NOT_HELD'),
  withdrawSnapshot: resultOf('WithdrawSnapshotResult', 'What withdrawing a list came to.', 'NOT_ACCEPTED'),
  redateSnapshot: resultOf('RedateSnapshotResult', 'What giving a list another time came to.', 'NOT_ACCEPTED'),
  decideReviewItem: resultOf('DecideReviewItemResult', 'What answering a question came to.', 'ALREADY_DECIDED'),
  revokeDecision: resultOf('RevokeDecisionResult', 'What taking back a decision came to.', 'ALREADY_DECIDED'),
  mergeAgencies: resultOf('MergeAgenciesResult', 'What joining two agencies came to.', 'ALREADY_DECIDED'),
  splitAgency: resultOf('SplitAgencyResult', 'What parting an agency came to.', 'ALREADY_DECIDED'),
  renameAgency: resultOf('RenameAgencyResult', 'What naming an agency came to.', 'ALREADY_DECIDED'),
  addSpelling: resultOf('AddSpellingResult', 'What adding a spelling came to.', 'ALREADY_DECIDED'),
  removeSpelling: resultOf('RemoveSpellingResult', 'What removing a spelling came to.', 'ALREADY_DECIDED'),
};

function resultOf(name: string, description: string, ...codes: OwnCode[]) {
  const types = [LedgerChangeRef, ...refusalTypes(...codes)];
  return builder.unionType(name, { description, types, resolveType: (row) => typenameOf(row) });
}

/** What reading an agreement again costs is not known before: it is the price of a large operation. */
export const actCost = { units: 5_000 };

const word = {
  reason: 'Why, for whoever asks later; it stays with the decision.',
  dryRun: 'Do everything, say what would stand otherwise, then undo it.',
};

interface Given {
  dryRun?: boolean | null | undefined;
}

/** Does it for an operator. */
function act(
  { viewer, operate }: Context,
  given: Given,
  work: (operations: Operations, options: ActOptions) => Promise<ChangeReport>,
) {
  demandOperator(viewer);
  return orRefusal('LedgerChange', work(operate(), { dryRun: given.dryRun === true }));
}

builder.mutationFields((t) => {
  const reason = t.arg.string({ required: true, description: word.reason });
  const dryRun = t.arg.boolean({ defaultValue: false, description: word.dryRun });
  const list = t.arg.id({ required: true, description: 'Id of the Snapshot, or the beginning of it.' });
  const agency = t.arg.string({
    required: true,
    description: 'Slug of the agency; a former one does too, and a name that no other agency has.',
  });
  const decision = (of: string) => t.arg.id({ required: true, description: `Id of ${of}, or the beginning of it.` });
  return {
    releaseSnapshot: t.field({
      type: results.releaseSnapshot,
      description: 'Lets a held list take effect, as if it had never been held.',
      args: {
        ...{ id: list, reason, dryRun },
        backfill: t.arg.boolean({ defaultValue: false, description: 'Your word that what it shows is history.' }),
      },
      extensions: actCost,
      resolve: (_root, { id, reason: why, backfill, ...given }, context) =>
        act(context, given, (operations, options) =>
          operations.release(id, why, { ...options, backfill: backfill === true }),
        ),
    }),
    rejectSnapshot: t.field({
      type: results.rejectSnapshot,
      description: 'Keeps a held list out; its rows stay stored.',
      args: { id: list, reason },
      extensions: actCost,
      resolve: (_root, { id, reason: why }, context) => act(context, {}, (operations) => operations.reject(id, why)),
    }),
    withdrawSnapshot: t.field({
      type: results.withdrawSnapshot,
      description: 'Derives everything as if an accepted list had never counted; its rows stay stored.',
      args: { id: list, reason, dryRun },
      extensions: actCost,
      resolve: (_root, { id, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.withdraw(id, why, options)),
    }),
    redateSnapshot: t.field({
      type: results.redateSnapshot,
      description: 'Gives a list, held or accepted, another time of publication.',
      args: {
        ...{ id: list, reason, dryRun },
        publishedAt: t.arg.string({
          required: true,
          description: 'When it was published: a day such as 2026-02-02, at noon in New York, or an ISO 8601 instant.',
        }),
      },
      extensions: actCost,
      resolve: (_root, { id, publishedAt, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.redate(id, publishedAt, why, options)),
    }),
    decideReviewItem: t.field({
      type: results.decideReviewItem,
      description: 'Answers a question that waits for an operator.',
      args: {
        id: t.arg.id({ required: true, description: 'Id of the ReviewItem, or the beginning of it.' }),
        verdict: t.arg({ type: ReviewVerdictEnum, required: true, description: 'What you say to the question.' }),
        ...{ reason, dryRun },
      },
      extensions: actCost,
      resolve: (_root, { id, verdict, reason: why, ...given }, context) =>
        // The enum has these values.
        act(context, given, (operations, options) => operations.decide(id, verdict as ReviewVerdict, why, options)),
    }),
    revokeDecision: t.field({
      type: results.revokeDecision,
      description: 'Takes back any decision; it stays on record, with when and why.',
      args: { id: decision('the decision'), reason, dryRun },
      extensions: actCost,
      resolve: (_root, { id, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.revoke(id, why, options)),
    }),
    mergeAgencies: t.field({
      type: results.mergeAgencies,
      description: 'Says that two agencies of one state are one.',
      args: {
        survivor: agency,
        merged: t.arg.string({
          required: true,
          description: 'Slug or name of the agency that answers with the survivor then.',
        }),
        ...{ reason, dryRun },
      },
      extensions: actCost,
      resolve: (_root, { survivor, merged, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.merge(survivor, merged, why, options)),
    }),
    splitAgency: t.field({
      type: results.splitAgency,
      description: 'Says that printed names of an agency belong to an agency of their own.',
      args: {
        slug: agency,
        printedNames: t.arg.stringList({ required: true, description: 'The names, as lists print them.' }),
        ...{ reason, dryRun },
      },
      extensions: actCost,
      resolve: (_root, { slug, printedNames, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.split(slug, printedNames, why, options)),
    }),
    renameAgency: t.field({
      type: results.renameAgency,
      description: 'Calls an agency by this name, whatever lists print; its former slugs answer.',
      args: {
        slug: agency,
        name: t.arg.string({ required: true, description: 'The name, as people read it.' }),
        ...{ reason, dryRun },
      },
      extensions: actCost,
      resolve: (_root, { slug, name, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.rename(slug, name, why, options)),
    }),
    addSpelling: t.field({
      type: results.addSpelling,
      description: 'Says what a printed text means. Stored rows that print it are read again, held lists judged again.',
      args: {
        subject: t.arg({ type: SpellingSubjectEnum, required: true, description: 'What is spelled.' }),
        printed: t.arg.string({ required: true, description: 'The text, as lists print it.' }),
        means: t.arg.string({ required: true, description: 'What it means, by its code or name: FL, task-force.' }),
        ...{ reason, dryRun },
      },
      extensions: actCost,
      resolve: (_root, { subject, printed, means, reason: why, ...given }, context) =>
        act(context, given, (operations, options) =>
          // The enum has these values.
          operations.addSpelling({ subject: subject as SpellingSubject, printed, means }, why, options),
        ),
    }),
    removeSpelling: t.field({
      type: results.removeSpelling,
      description: 'Takes back a spelling; what it made readable is read as before.',
      args: { id: decision('the spelling, which is a decision'), reason, dryRun },
      extensions: actCost,
      resolve: (_root, { id, reason: why, ...given }, context) =>
        act(context, given, (operations, options) => operations.removeSpelling(id, why, options)),
    }),
  };
});
