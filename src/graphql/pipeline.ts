/**
 * The way of every operation, whichever transport brings it: variables, cost, then its plan or graphql-js, within a
 * deadline and a size. It rejects for nothing: whatever happens is an answer with errors for the public.
 */
import { type ExecutionResult, execute, GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql';
import type { Context } from './context.ts';
import { checkCost } from './cost.ts';
import type { Operation, PreparedDocument } from './document.ts';
import { type FaultLog, isUnavailable, refuseRequest, timedOut, toPublicError, unavailable } from './errors.ts';
import { planQuery, type TypePlan } from './plan.ts';
import { IncompleteAnswer, runPlan, type Variables } from './run-plan.ts';

export interface PipelineOptions {
  schema: GraphQLSchema;
  typenameOf: (value: object) => string;
  log?: FaultLog | undefined;
  /** Milliseconds that an operation may take. */
  deadline: number;
}

export interface OperationRequest {
  document: PreparedDocument;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  /** Made anew where graphql-js has to run the operation again. */
  context: () => Context;
}

export type Pipeline = (request: OperationRequest) => Promise<ExecutionResult>;

export function createPipeline(options: PipelineOptions): Pipeline {
  return async (request) => {
    if (request.document.errors !== null) return { errors: request.document.errors };
    const operation = pickOperation(request.document.operations, request.operationName);
    if (operation instanceof GraphQLError) return { errors: [operation] };
    const variables = readVariables(options, operation, request.variables ?? {});
    if ('errors' in variables) return variables;
    const refusal = refusalOf(options, operation, variables.values);
    if (refusal !== null) return { errors: [refusal] };
    return withinDeadline(options, run(options, operation, variables.values, request));
  };
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
  { schema }: PipelineOptions,
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

function refusalOf({ schema }: PipelineOptions, operation: Operation, variables: Variables): GraphQLError | null {
  const key = combination(operation.sizes, variables);
  const known = operation.refusals.get(key);
  if (known !== undefined) return known;
  const refusal = checkCost(operation.node, { schema, fragments: operation.fragments, variables });
  if (operation.refusals.size < MOST_COMBINATIONS) operation.refusals.set(key, refusal);
  return refusal;
}

function planOf(options: PipelineOptions, operation: Operation, variables: Variables): TypePlan | null {
  const key = combination(operation.switches, variables);
  const known = operation.plans.get(key);
  if (known !== undefined) return known;
  const { schema, typenameOf } = options;
  const plan = planQuery(operation.node, { schema, fragments: operation.fragments, variables, typenameOf });
  if (operation.plans.size < MOST_COMBINATIONS) operation.plans.set(key, plan);
  return plan;
}

function combination(names: readonly string[], variables: Variables): string {
  return names.length === 0 ? '' : JSON.stringify(names.map((name) => variables[name]));
}

async function run(
  options: PipelineOptions,
  operation: Operation,
  variables: Variables,
  request: OperationRequest,
): Promise<ExecutionResult> {
  try {
    const plan = planOf(options, operation, variables);
    if (plan !== null) return { data: await runPlan(plan, request.context(), variables) };
  } catch (error) {
    // Asking a database that is away a second time would double the wait.
    if (isUnavailable(error)) return { data: null, errors: [unavailable()] };
    if (error instanceof IncompleteAnswer) options.log?.warn({ err: error }, 'a plan could not complete its answer');
  }
  return runByGraphql(options, operation, request);
}

async function runByGraphql(
  options: PipelineOptions,
  operation: Operation,
  request: OperationRequest,
): Promise<ExecutionResult> {
  try {
    const result = await execute({
      schema: options.schema,
      document: operation.document,
      operationName: operation.node.name?.value,
      variableValues: request.variables,
      contextValue: request.context(),
      rootValue: {},
    });
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => toPublicError(error, options.log)) };
  } catch (error) {
    return { errors: [toPublicError(error, options.log)] };
  }
}

function withinDeadline({ deadline }: PipelineOptions, running: Promise<ExecutionResult>): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const late = () => resolve({ data: null, errors: [timedOut(deadline)] });
    const timer = setTimeout(late, deadline);
    running.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
