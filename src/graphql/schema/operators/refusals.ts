/** Expected refusals of mutations: a type each, so that clients can tell them apart without reading words. */
import { GraphQLError } from 'graphql';
import { Refusal, type RefusalCode } from '../../../operations/operations.ts';
import { builder } from '../builder.ts';

/** What was refused, as unions and the interface tell it by its type. */
interface RefusalRow {
  typename: string;
  message: string;
}

const RefusalRef = builder.interfaceRef<RefusalRow>('Refusal').implement({
  description: 'Why nothing was done. The type says what to do about it, the message says it to a person.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A sentence for the person who asked; it names what it is about.',
    }),
  }),
  resolveType: ({ typename }) => typename,
});

const types = {
  NOT_FOUND: refusalType('NotFoundRefusal', 'There is nothing of this id, slug or name.'),
  NOT_HELD: refusalType(
    'NotHeldRefusal',
    'The list does not wait for an operator: it is accepted, rejected or withdrawn.',
  ),
  NOT_ACCEPTED: refusalType('NotAcceptedRefusal', 'The list does not count, so that it cannot be taken back.'),
  ALREADY_DECIDED: refusalType('AlreadyDecidedRefusal', 'It was decided or revoked before, or is so already.'),
  BAD_ARGUMENT: refusalType('BadArgumentRefusal', 'A value cannot be used; the message says which and why.'),
  RULES_OUTDATED: refusalType(
    'RulesOutdatedRefusal',
    'The ledger is of other rules than this instance: run "accord287 migrate", or ask an instance of the newer build.',
  ),
  SAMPLE_LEDGER: refusalType('SampleLedgerRefusal', 'This is the SAMPLE ledger, into which no real list goes.'),
} as const;

type TypedCode = keyof typeof types;

function refusalType(name: string, description: string) {
  return builder.objectRef<RefusalRow>(name).implement({ description, interfaces: [RefusalRef] });
}

const always = ['NOT_FOUND', 'BAD_ARGUMENT', 'RULES_OUTDATED'] as const satisfies readonly TypedCode[];

/** Those that only some mutations have. */
export type OwnCode = Exclude<TypedCode, (typeof always)[number]>;

/** Members of a result's union: the refusals of every mutation, and those of this one. */
export const refusalTypes = (...codes: OwnCode[]) => [...always, ...codes].map((code) => types[code]);

const isTyped = (code: RefusalCode): code is TypedCode => Object.hasOwn(types, code);

/** What the work answers, or the refusal that it ended with, as a member of the union. */
export async function orRefusal<Row extends object>(typename: string, work: Promise<Row>): Promise<Row | RefusalRow> {
  try {
    return { typename, ...(await work) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isTyped(error.code)) return { typename: types[error.code].name, message: error.message };
    throw new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } });
  }
}
