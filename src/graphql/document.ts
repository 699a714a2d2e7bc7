/**
 * Prepares documents: parses, checks limits of shape, validates, and finds what running needs to know. A document is
 * prepared once and remembered, refusals included.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql';
import { QueryRefusal } from '../queries/refusal.ts';
import type { ErrorCode } from './errors.ts';
import { checkShape, checkTokens } from './limits.ts';
import type { TypePlan } from './plan.ts';
import type { Fragments } from './selection.ts';
import { placeOfValue } from './value-place.ts';

export interface Operation {
  node: OperationDefinitionNode;
  document: DocumentNode;
  fragments: Fragments;
  /** Variables that decide about `@skip` and `@include`: each combination has a plan of its own. */
  switches: readonly string[];
  plans: Map<string, TypePlan | null>;
  /** Variables that give page sizes or numbers of points: each combination has a cost of its own. */
  sizes: readonly string[];
  refusals: Map<string, GraphQLError | null>;
}

/** Either operations to run, or the errors that say why there are none. */
export type PreparedDocument =
  | { document: DocumentNode; operations: readonly Operation[]; errors: null }
  | { document: DocumentNode | null; operations: readonly []; errors: readonly GraphQLError[] };

export type PrepareDocument = (text: string) => PreparedDocument;

/** Documents remembered, and the longest that is: a padded one would buy memory with nothing. */
const MOST_DOCUMENTS = 500;
const LONGEST_REMEMBERED = 20_000;
/** More errors than this help nobody. */
const MOST_ERRORS = 10;

export function createPreparer(schema: GraphQLSchema): PrepareDocument {
  const recent = new Map<string, PreparedDocument>();
  return (text) => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const prepared = prepare(schema, text);
    if (text.length <= LONGEST_REMEMBERED) {
      recent.set(text, prepared);
      if (recent.size > MOST_DOCUMENTS) recent.delete(recent.keys().next().value ?? text);
    }
    return prepared;
  };
}

function prepare(schema: GraphQLSchema, text: string): PreparedDocument {
  let document: DocumentNode;
  try {
    const refusal = checkTokens(text);
    if (refusal !== null) return { document: null, operations: [], errors: [refusal] };
    document = parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { document: null, operations: [], errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] };
  }
  const refusal = checkShape(document);
  if (refusal !== null) return { document, operations: [], errors: [refusal] };
  const errors = validate(schema, document, undefined, { maxErrors: MOST_ERRORS });
  if (errors.length > 0) {
    return { document, operations: [], errors: errors.map((error) => refuseInvalid(document, error)) };
  }
  return { document, operations: operationsOf(document), errors: null };
}

/** A value that one of our scalars refuses is input like a variable; everything else is a mistake in the document. */
function refuseInvalid(document: DocumentNode, error: GraphQLError): GraphQLError {
  const place = placeOfValue(document, error.nodes?.[0]);
  if (error.originalError instanceof QueryRefusal) {
    return coded(error, 'BAD_USER_INPUT', `${place ?? 'A value'} is not usable: ${error.originalError.message}`);
  }
  return coded(error, 'GRAPHQL_VALIDATION_FAILED', place === null ? error.message : `${place}: ${error.message}`);
}

function coded(error: GraphQLError, code: ErrorCode, message = error.message): GraphQLError {
  return new GraphQLError(message, {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    ...(error.source === undefined ? {} : { source: error.source }),
    ...(error.positions === undefined ? {} : { positions: error.positions }),
    extensions: { code, http: { status: 400, spec: true } },
  });
}

/** What page sizes and numbers of points follow from. */
const sizeArguments: ReadonlySet<string> = new Set(['first', 'last', 'from', 'to', 'interval']);

function operationsOf(document: DocumentNode): Operation[] {
  const fragments: Record<string, Fragments[string]> = Object.create(null);
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  }
  const switches = new Set<string>();
  const sizes = new Set<string>();
  visit(document, {
    Directive(directive) {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) switches.add(value.name.value);
    },
    Argument({ name, value }) {
      const isSize = sizeArguments.has(name.value);
      if (isSize && value.kind === Kind.VARIABLE) sizes.add(value.name.value);
    },
  });
  return document.definitions
    .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
    .map((node) => ({
      node,
      document,
      fragments,
      switches: [...switches],
      plans: new Map(),
      sizes: [...sizes],
      refusals: new Map(),
    }));
}
