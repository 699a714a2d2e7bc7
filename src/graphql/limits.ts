/**
 * Limits on the shape of a document, checked before it is validated: depth, aliases, root fields, directives. Each
 * counts what would execute, so a fragment counts wherever it is spread, but is walked only once.
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
import { refuseRequest } from './errors.ts';

export interface DocumentLimits {
  depth: number;
  aliases: number;
  rootFields: number;
  directives: number;
}

export const documentLimits: DocumentLimits = { depth: 10, aliases: 30, rootFields: 20, directives: 5 };

const MOST_TOKENS = 2000;
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
  return null;
}

function tooLarge(name: string, most: number): GraphQLError {
  return refuseRequest('DOCUMENT_TOO_LARGE', `A document may have ${most} ${name}.`, {
    limit: { name, most, found: null },
  });
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

function tooMuch(name: keyof DocumentLimits, most: number, found: number): GraphQLError {
  return refuseRequest('QUERY_TOO_COMPLEX', `The operation has too many ${words[name]}: ${found}, at most ${most}.`, {
    limit: { name, most, found: Number.isFinite(found) ? found : null },
  });
}

const words: Record<keyof DocumentLimits, string> = {
  depth: 'levels',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
};

/** `rootFields` counts the fields of this selection set itself, those of fragments included. */
type Shape = DocumentLimits;

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
      total.depth = Math.max(total.depth, introspective ? 1 : 1 + below.depth);
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
