/**
 * The way of every operation, whichever transport brings it: variables, cost, its caller's turn, then its plan or
 * graphql-js, within one lifetime. It rejects for nothing: whatever happens is an answer with errors for the public.
 */
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationTypeNode,
} from 'graphql';
import { unlessAborted } from '../../abort.ts';
import type { StatementLimits } from '../../database/statements/statement-limits.ts';
import { hasText, type Price, priceOperation } from '../document/cost.ts';
import type { Operation, PreparedDocument } from '../document/prepared-document.ts';
import type { Caller } from './caller.ts';
import type { Context } from './context.ts';
import {
  type FaultLog,
  isUnavailable,
  limitReached,
  refuseRequest,
  timedOut,
  toPublicError,
  unavailable,
} from './errors.ts';
import { beginLifetime, endlessLifetime } from './lifetime.ts';
import { planOperation, type TypePlan } from './plan.ts';
import { IncompleteAnswer, runPlan, type Variables } from './run-plan.ts';

export interface PipelineOptions {
  schema: GraphQLSchema;
  typenameOf: (value: object) => string;
  log?: FaultLog | undefined;
  /** Milliseconds that an operation may take. */
  deadline: number;
  observe?: ObserveOperation | undefined;
}

/** Told when an operation was answered: its kind, or `unknown`, the code of its first error, or `OK`, and how long. */
export type ObserveOperation = (kind: string, code: string, milliseconds: number) => void;

export interface OperationRequest {
  document: PreparedDocument;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  caller: Caller;
  /** Made anew where graphql-js has to run the operation again. */
  context: (limits: StatementLimits) => Context;
}

export type Pipeline = (request: OperationRequest) => Promise<ExecutionResult>;

export function createPipeline(options: PipelineOptions): Pipeline {
  return async (request) => {
    const startedAt = performance.now();
    const ready = readyOperation(options, request);
    const result = 'errors' in ready ? ready : await answerReady(options, ready, request);
    const kind = 'errors' in ready ? 'unknown' : ready.operation.node.operation;
    options.observe?.(kind, codeOf(result), performance.now() - startedAt);
    return result;
  };
}

/** The code of the first error, or `OK`. */
export function codeOf({ errors }: Pick<ExecutionResult, 'errors'>): string {
  return errors === undefined ? 'OK' : String(errors[0]?.extensions.code);
}

function answerReady(
  options: PipelineOptions,
  ready: ReadyOperation,
  request: OperationRequest,
): ExecutionResult | Promise<ExecutionResult> {
  if (ready.operation.node.operation === 'subscription') return { errors: [needsStream()] };
  return runForCaller(options, ready, request);
}

/** Within one lifetime, from the wait for a turn to the answer. The place is given back when the work has ended. */
async function runForCaller(
  options: PipelineOptions,
  ready: ReadyOperation,
  request: OperationRequest,
): Promise<ExecutionResult> {
  const { caller } = request;
  const isMutation = ready.operation.node.operation === 'mutation';
  const work = { units: ready.units, used: caller.admission.usedBy(caller.address) };
  const lifetime = isMutation ? endlessLifetime() : beginLifetime(options.deadline, caller.abort, work);
  try {
    const leave = await caller.admission.admit(caller, ready.units);
    const running = run(options, ready, request, lifetime).finally(leave);
    return await unlessAborted(running, lifetime.signal);
  } catch (error) {
    const told = toPublicError(error, options.log);
    return told.extensions.code === 'TIMEOUT' ? { data: null, errors: [told] } : { errors: [told] };
  } finally {
    lifetime.end();
  }
}

/** An operation that may run, with its variables as the schema has them. */
export interface ReadyOperation {
  operation: Operation;
  variables: Variables;
  /** What it costs at worst. */
  units: number;
}

export function readyOperation(
  options: Pick<PipelineOptions, 'schema'>,
  request: Pick<OperationRequest, 'document' | 'operationName' | 'variables'>,
): ReadyOperation | { errors: readonly GraphQLError[] } {
  if (request.document.errors !== null) return { errors: request.document.errors };
  const operation = pickOperation(request.document.operations, request.operationName);
  if (operation instanceof GraphQLError) return { errors: [operation] };
  const variables = readVariables(options, operation, request.variables ?? {});
  if ('errors' in variables) return variables;
  const { units, refusal } = priceOf(options, operation, variables.values);
  return refusal === null ? { operation, variables: variables.values, units } : { errors: [refusal] };
}

/** Null for an operation that cannot be run. */
export function operationKind(
  document: PreparedDocument,
  operationName: string | null | undefined,
): OperationTypeNode | null {
  const operation = pickOperation(document.operations, operationName);
  return operation instanceof GraphQLError ? null : operation.node.operation;
}

function needsStream(): GraphQLError {
  return refuseRequest('BAD_USER_INPUT', 'A subscription is answered over a WebSocket, or as text/event-stream.');
}

function pickOperation(operations: readonly Operation[], name: string | null | undefined): Operation | GraphQLError {
  if (name == null || name === '') {
    const [only] = operations;
    if (only !== undefined && operations.length === 1) return only;
    return refuseRequest('BAD_USER_INPUT', 'Say in operationName which operation of the document to run.');
  }
  const named = operations.find((each) => each.node.name?.value === name);
  return named ?? refuseRequest('BAD_USER_INPUT', 'The document has no operation of this name.');
}

function readVariables(
  { schema }: Pick<PipelineOptions, 'schema'>,
  { node }: Operation,
  given: Record<string, unknown>,
): { values: Variables } | { errors: readonly GraphQLError[] } {
  if (!node.variableDefinitions?.length) return { values: noVariables };
  const { coerced, errors } = getVariableValues(schema, node.variableDefinitions, given, { maxErrors: 10 });
  if (errors === undefined) return { values: coerced };
  return { errors: errors.map(refuseVariable) };
}

/** graphql-js names the variable first, then prints what was given, which may be long. */
function refuseVariable({ message, nodes }: GraphQLError): GraphQLError {
  return refuseRequest('BAD_USER_INPUT', message.slice(0, 1000), {}, { nodes });
}

const noVariables: Variables = {};
/** Combinations of variables remembered for one operation. */
const MOST_COMBINATIONS = 50;
/** Fields of a plan that is remembered. */
const MOST_FIELDS = 1000;
/** Characters of a combination that is remembered: sizes and days take few. */
const LONGEST_KEY = 1000;

function priceOf({ schema }: Pick<PipelineOptions, 'schema'>, operation: Operation, variables: Variables): Price {
  const { sizes, filters, fragments, node, prices } = operation;
  const searching = filters.filter((name) => searches(variables[name])).join();
  const key = `${combination(sizes, variables)}${searching}`;
  const known = prices.get(key);
  if (known !== undefined) return known;
  const price = priceOperation(node, { schema, fragments, variables });
  if (prices.size < MOST_COMBINATIONS && key.length <= LONGEST_KEY) prices.set(key, price);
  return price;
}

/** Whether a variable is a text, or a filter by one. */
function searches(value: unknown): boolean {
  return typeof value === 'string' || hasText(value);
}

/** The plan of an operation under these variables; null when graphql-js has to run it. */
export function planOf(
  options: Pick<PipelineOptions, 'schema' | 'typenameOf'>,
  { operation, variables }: ReadyOperation,
): TypePlan | null {
  const key = combination(operation.switches, variables);
  const known = operation.plans.get(key);
  if (known !== undefined) return known?.root ?? null;
  const { schema, typenameOf } = options;
  const plan = planOperation(operation.node, { schema, fragments: operation.fragments, variables, typenameOf });
  const isSmall = plan === null || plan.fields() <= MOST_FIELDS;
  if (operation.plans.size < MOST_COMBINATIONS && isSmall && key.length <= LONGEST_KEY) operation.plans.set(key, plan);
  return plan?.root ?? null;
}

function combination(names: readonly string[], variables: Variables): string {
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => variables[name]));
}

async function run(
  options: PipelineOptions,
  ready: ReadyOperation,
  request: OperationRequest,
  limits: StatementLimits,
): Promise<ExecutionResult> {
  try {
    const plan = planOf(options, ready);
    if (plan !== null) return { data: await runPlan(plan, request.context(limits), ready.variables) };
  } catch (error) {
    // What took too long would take as long again, and asking a database that is away doubles the wait.
    if (limits.signal.aborted || limitReached(error) !== null)
      return { data: null, errors: [timedOut(options.deadline)] };
    if (isUnavailable(error)) return { data: null, errors: [unavailable()] };
    if (error instanceof IncompleteAnswer) options.log?.warn({ err: error }, 'a plan could not complete its answer');
  }
  const { variables, context } = request;
  return runByGraphql(options, ready.operation, { variables, context: () => context(limits) });
}

/** The way of graphql-js, which knows partial answers. `root` is what the root fields are resolved on. */
export async function runByGraphql(
  options: Pick<PipelineOptions, 'schema' | 'log'>,
  operation: Operation,
  request: Pick<OperationRequest, 'variables'> & { context: () => Context },
  root: object = {},
): Promise<ExecutionResult> {
  try {
    const result = await execute({
      schema: options.schema,
      document: operation.document,
      operationName: operation.node.name?.value,
      variableValues: request.variables,
      contextValue: request.context(),
      rootValue: root,
    });
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => toPublicError(error, options.log)) };
  } catch (error) {
    return { errors: [toPublicError(error, options.log)] };
  }
}
