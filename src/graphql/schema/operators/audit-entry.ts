/** The audit log: who did what to the ledger. Nobody but operators sees it. */
import { operatorActs } from '../../../../schema/enums.ts';
import type { AuditFilter } from '../../../queries/audit-entries.ts';
import type { PageArgs } from '../../../queries/keyset/window.ts';
import { demandOperator } from '../../access/viewer.ts';
import { rootPage } from '../../document/field-cost.ts';
import { batched } from '../../execution/batched.ts';
import { builder } from '../builder.ts';
import { connect, pageArgs } from '../connection.ts';
import { described } from '../enums.ts';
import { encodeId } from '../global-id.ts';
import { AuditEntryConnection, AuditEntryRef, NodeRef } from '../refs.ts';

const ActEnum = builder.enumType(
  'OperatorAct',
  described('What an operator did to the ledger.', operatorActs, {
    INGEST: 'Handed in lists, by command or upload, or found them at the source.',
    RELEASE: 'Let a held list take effect.',
    REJECT: 'Kept a held list out.',
    WITHDRAW: 'Took back an accepted list.',
    REDATE: 'Gave a list another time of publication.',
    DECIDE: 'Answered a review item.',
    REVOKE: 'Took back a decision.',
    MERGE: 'Joined two agencies.',
    SPLIT: 'Parted an agency.',
    RENAME: 'Gave an agency its name.',
    ADD_SPELLING: 'Said what a printed text means.',
    REMOVE_SPELLING: 'Took back what a printed text means.',
    ADD_FIGURES: 'Added published figures, or replaced them.',
    REMOVE_FIGURE: 'Took back a published figure.',
    IMPORT_POPULATION: 'Took in how many people live in each state and county.',
    RAISE_RULES: 'Brought the ledger to the rules of a newer build.',
    RELEASE_SAMPLE: 'Let the next list of the SAMPLE ledger appear.',
    CREATE_KEY: 'Made a key of the API.',
    REVOKE_KEY: 'Ended a key of the API.',
  }),
);

AuditEntryRef.implement({
  description: 'One act, done or refused. Entries are never changed or deleted.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.id({ description: 'Opaque and for ever.', resolve: ({ id }) => encodeId('audit', id) }),
    act: t.expose('act', { type: ActEnum, description: 'What was done, or refused.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When, by the clock of the database.' }),
    actor: t.exposeString('actor', {
      description:
        'Name of the key, or of the user of the ledger’s machine; "follower": the server itself, which looks at the source.',
    }),
    keyPrefix: t.exposeString('keyPrefix', {
      nullable: true,
      description: 'Beginning of the key that was sent; null: a command, or a key of OPERATOR_KEYS.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description:
        'Where the request came from, as limits count it; null: a command on the ledger’s machine, or the follower.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why, in the operator’s words; null: the act takes no reason.',
    }),
    about: t.string({
      description: 'What the act was given, and what became of it, as JSON. Never a key.',
      resolve: ({ about }) => JSON.stringify(about),
    }),
    refusal: t.exposeString('refusal', {
      nullable: true,
      description: 'Code of the refusal, such as NOT_HELD; null: it was done.',
    }),
    revision: t.exposeString('revision', { description: 'The ledger’s revision right after it.' }),
  }),
});

const Filter = builder.inputType('AuditFilter', {
  description: 'Which entries of the audit log. Lists mean any of their values.',
  fields: (t) => ({ acts: t.field({ type: [ActEnum], description: 'What was done, or refused.' }) }),
});

interface AuditArgs extends PageArgs {
  filter?: AuditFilter | null | undefined;
}

builder.queryFields((t) => ({
  auditLog: t.field({
    type: AuditEntryConnection,
    // Nullable, so that the refusal leaves the rest of a page as it is.
    nullable: true,
    description:
      'Who did what to the ledger, the newest first; null: who asks is no operator, which the error UNAUTHENTICATED or FORBIDDEN says.',
    args: { ...pageArgs, filter: t.arg({ type: Filter, description: 'Which entries; left out means all.' }) },
    ...batched(async (_parents: readonly unknown[], args: AuditArgs, context, selection) => {
      demandOperator(context.viewer);
      const page = await connect(context, selection, {}, args, (request) =>
        context.queries.auditEntries(args.filter ?? {}, request),
      );
      return [page];
    }, rootPage),
  }),
}));
