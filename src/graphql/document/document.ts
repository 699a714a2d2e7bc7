/**
 * Prepares documents: parses, checks limits of shape, validates, and finds what running needs to know. A document is
 * prepared once and remembered, refusals included.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoFragmentCyclesRule,
  NoUnusedFragmentsRule,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  Source,
  specifiedRules,
  UniqueFragmentNamesRule,
  validate,
  visit,
} from 'graphql';
import { QueryRefusal } from '../../queries/refusal.ts';
import type { ErrorCode } from '../execution/errors.ts';
import type { Fragments } from '../execution/selection.ts';
import { createDocumentMemory } from './document-memory.ts';
import { type Expansion, expand } from './expansion.ts';
import { costArguments } from './field-cost.ts';
import { checkExpansion, checkPairs, checkShape, checkTokens } from './limits.ts';
import type { Operation, PrepareDocument, PreparedDocument } from './prepared-document.ts';
import { placesOfValues } from './value-place.ts';

/** More errors than this help nobody. */
const MOST_ERRORS = 10;

/** Operations since the start by what became of their document. */
export interface DocumentCounts {
  remembered: number;
  prepared: number;
}

/** `counts` is counted on. */
export function createPreparer(
  schema: GraphQLSchema,
  counts: DocumentCounts = { remembered: 0, prepared: 0 },
): PrepareDocument {
  const memory = createDocumentMemory();
  return (text) => {
    const known = memory.find(text);
    counts[known === undefined ? 'prepared' : 'remembered'] += 1;
    if (known !== undefined) return known;
    const prepared = prepare(schema, text);
    memory.keep(text, prepared);
    return prepared;
  };
}

function prepare(schema: GraphQLSchema, text: string): PreparedDocument {
  let document: DocumentNode;
  const source = new Source(text, 'GraphQL request');
  try {
    const refusal = checkTokens(text);
    if (refusal !== null) return { document: null, operations: [], errors: [refusal] };
    document = parse(source);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { document: null, operations: [], errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] };
  }
  const expansion = expand(document);
  const refusal =
    checkExpansion(expansion) ?? checkShape(document) ?? (expansion.isSound ? checkPairs(document) : null);
  if (refusal !== null) return refused(document, [refusal]);
  const errors = validateWithin(schema, document, source, expansion);
  if (errors.length > 0) return refused(document, refuseInvalid(document, errors));
  return { document, operations: operationsOf(document), errors: null };
}

/** Keeps of the document only what says which operations it has: refusals are remembered, and trees are large. */
function refused(document: DocumentNode, errors: readonly GraphQLError[]): PreparedDocument {
  const definitions = document.definitions.flatMap((each) => {
    if (each.kind !== Kind.OPERATION_DEFINITION) return [];
    const { kind, operation, name } = each;
    const outline: OperationDefinitionNode = { kind, operation, selectionSet: noSelections };
    return name === undefined ? [outline] : [{ ...outline, name: { kind: name.kind, value: name.value } }];
  });
  return { document: { kind: document.kind, definitions }, operations: [], errors };
}

const noSelections: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

/** What the fragments of a document have to be before the other rules may follow them. */
const fragmentRules = [UniqueFragmentNamesRule, NoFragmentCyclesRule, NoUnusedFragmentsRule];

/**
 * The first errors of a document. Those of broken fragments come alone: nothing bounds what the other rules would cost.
 * Every error counts the lines before each of the nodes that it names, hundreds of them; without a text there are none
 * to count, and `coded` counts again for the few nodes that are told.
 */
function validateWithin(
  schema: GraphQLSchema,
  document: DocumentNode,
  source: Source,
  { isSound }: Expansion,
): readonly GraphQLError[] {
  const text = source.body;
  try {
    source.body = '';
    const broken = isSound ? [] : validate(schema, document, fragmentRules, { maxErrors: MOST_ERRORS });
    return broken.length > 0 ? broken : validate(schema, document, specifiedRules, { maxErrors: MOST_ERRORS });
  } finally {
    source.body = text;
  }
}

/** A value that one of our scalars refuses is input like a variable; everything else is a mistake in the document. */
function refuseInvalid(document: DocumentNode, errors: readonly GraphQLError[]): GraphQLError[] {
  const places = placesOfValues(
    document,
    errors.flatMap(({ nodes }) => nodes?.[0] ?? []),
  );
  return errors.map((error) => {
    const node = error.nodes?.[0];
    const place = node === undefined ? undefined : places.get(node);
    if (error.originalError instanceof QueryRefusal) {
      return coded(error, 'BAD_USER_INPUT', `${place ?? 'A value'} is not usable: ${error.originalError.message}`);
    }
    return coded(
      error,
      'GRAPHQL_VALIDATION_FAILED',
      place === undefined ? error.message : `${place}: ${error.message}`,
    );
  });
}

/** Places in the document that an error names. */
const MOST_PLACES = 4;

function coded(error: GraphQLError, code: ErrorCode, message = error.message): GraphQLError {
  const extensions = { code, http: { status: 400, spec: true } };
  const places = error.nodes?.slice(0, MOST_PLACES).flatMap(({ loc }) => loc ?? []);
  const [source, positions] =
    places === undefined ? [error.source, error.positions] : [places[0]?.source, places.map(({ start }) => start)];
  return new GraphQLError(message, {
    ...(source === undefined ? {} : { source }),
    ...(positions === undefined ? {} : { positions }),
    extensions,
  });
}

function operationsOf(document: DocumentNode): Operation[] {
  const fragments: Record<string, Fragments[string]> = Object.create(null);
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  }
  const switches = new Set<string>();
  const sizes = new Set<string>();
  const filters = new Set<string>();
  visit(document, {
    Directive(directive) {
      for (const { value } of directive.arguments ?? [])
        if (value.kind === Kind.VARIABLE) switches.add(value.name.value);
    },
    Argument({ name, value }) {
      if (value.kind !== Kind.VARIABLE) return;
      if (costArguments.has(name.value)) sizes.add(value.name.value);
      if (name.value === 'filter') filters.add(value.name.value);
    },
    ObjectField({ name, value }) {
      if (name.value === 'text' && value.kind === Kind.VARIABLE) filters.add(value.name.value);
    },
  });
  const variables = { switches: [...switches], sizes: [...sizes], filters: [...filters] };
  return document.definitions
    .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
    .map((node) => ({
      node,
      document,
      fragments,
      ...variables,
      plans: new Map(),
      prices: new Map(),
    }));
}
