/**
 * Limits on the shape of a document, checked before it is validated: fields with fragments written out before anything
 * else, then depth, aliases, root fields, directives, and fields that have to be compared. Each counts what would
 * execute, so a fragment counts wherever it is spread, but is walked only once.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  Lexer,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql';
import { refuseRequest } from '../execution/errors.ts';
import { countPairs, type Expansion } from './expansion.ts';

export interface DocumentLimits extends Shape {
  operations: number;
  fields: number;
  pairs: number;
}

export const documentLimits: DocumentLimits = {
  operations: 50,
  fields: 5000,
  depth: 10,
  aliases: 30,
  rootFields: 20,
  directives: 5,
  pairs: 10_000,
};

const MOST_TOKENS = 2000;
/** Where an error stands is found by counting lines, for each error anew. Nobody writes two lines for each token. */
const MOST_LINES = 4000;
/** Brackets within brackets: the parser calls itself for each, and 2,000 of them are too many for its stack. */
const MOST_NESTED = 100;

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** The refusal of a text with too many tokens or too deeply nested ones, before it is parsed. Throws syntax errors. */
export function checkTokens(text: string): GraphQLError | null {
  const lexer = new Lexer(new Source(text));
  let nested = 0;
  for (let count = 1; lexer.advance().kind !== TokenKind.EOF; count += 1) {
    if (opening.has(lexer.token.kind)) nested += 1;
    else if (closing.has(lexer.token.kind)) nested -= 1;
    if (count > MOST_TOKENS) return tooLarge('tokens', MOST_TOKENS);
    if (nested > MOST_NESTED) return tooLarge('nested brackets', MOST_NESTED);
  }
  if (lexer.line > MOST_LINES) return tooLarge('lines', MOST_LINES);
  return null;
}

function tooLarge(name: string, most: number): GraphQLError {
  return refuseRequest('DOCUMENT_TOO_LARGE', `A document may have ${most} ${name}.`, {
    limit: { name, most, found: null },
  });
}

/** The refusal of a document that would grow too large with its fragments written out. Comes before any other check. */
export function checkExpansion(
  { operations, fields }: Expansion,
  limits: DocumentLimits = documentLimits,
): GraphQLError | null {
  if (operations > limits.operations) return tooMuch('operations', limits.operations, operations);
  return fields > limits.fields ? tooMuch('fields', limits.fields, fields) : null;
}

/** The refusal of the first limit that some operation of the document passes, or null. */
export function checkShape(document: DocumentNode, limits: DocumentLimits = documentLimits): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Shape>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = measure(definition.selectionSet, fragments, measured);
    const found = { ...shape, directives: shape.directives + (definition.directives?.length ?? 0) };
    for (const name of ['depth', 'aliases', 'rootFields', 'directives'] as const) {
      if (found[name] > limits[name]) return tooMuch(name, limits[name], found[name]);
    }
  }
  return null;
}

/** The refusal of a document whose validation would compare too many fields with each other. */
export function checkPairs(document: DocumentNode, limits: DocumentLimits = documentLimits): GraphQLError | null {
  const found = countPairs(document, limits.pairs);
  // Counting stops at the limit, so how many there are is not known.
  return found > limits.pairs ? tooMuch('pairs', limits.pairs, Number.POSITIVE_INFINITY) : null;
}

function tooMuch(name: keyof DocumentLimits, most: number, found: number): GraphQLError {
  const known = Number.isSafeInteger(found);
  const message = `The ${name === 'operations' ? 'document' : 'operation'} has too many ${words[name]}: ${known ? `${found}, ` : ''}at most ${most}.`;
  return refuseRequest('QUERY_TOO_COMPLEX', message, { limit: { name, most, found: known ? found : null } });
}

const words: Record<keyof DocumentLimits, string> = {
  operations: 'operations',
  fields: 'fields, with its fragments written out',
  depth: 'levels',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  pairs: 'pairs of fields that answer one key',
};

/** `rootFields` counts the fields of this selection set itself, those of fragments included. */
interface Shape {
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
}

function measure(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Shape>,
): Shape {
  const total: Shape = { depth: 0, aliases: 0, rootFields: 0, directives: 0 };
  for (const node of set.selections) {
    total.directives += node.directives?.length ?? 0;
    if (node.kind === Kind.FIELD) {
      total.rootFields += 1;
      if (node.alias) total.aliases += 1;
      // graphql-js bounds introspection itself, and the usual introspection query is deeper than ours may be.
      const introspective = node.name.value === '__schema' || node.name.value === '__type';
      const below = node.selectionSet ? measure(node.selectionSet, fragments, measured) : nothing;
      // An edge only carries its node, so `edges { node }` is as deep as `nodes`.
      const own = node.name.value === 'edges' ? 0 : 1;
      total.depth = Math.max(total.depth, introspective ? 1 : own + below.depth);
      total.aliases += below.aliases;
      total.directives += below.directives;
    } else {
      const inner =
        node.kind === Kind.INLINE_FRAGMENT
          ? measure(node.selectionSet, fragments, measured)
          : measureFragment(node.name.value, fragments, measured);
      total.depth = Math.max(total.depth, inner.depth);
      total.aliases += inner.aliases;
      total.rootFields += inner.rootFields;
      total.directives += inner.directives;
    }
  }
  return total;
}

const nothing: Shape = { depth: 0, aliases: 0, rootFields: 0, directives: 0 };

function measureFragment(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  measured: Map<string, Shape>,
): Shape {
  const known = measured.get(name);
  if (known !== undefined) return known;
  const fragment = fragments.get(name);
  if (fragment === undefined) return nothing;
  // A cycle meets this entry and stops; validation refuses it afterwards.
  measured.set(name, nothing);
  const shape = measure(fragment.selectionSet, fragments, measured);
  measured.set(name, shape);
  return shape;
}
