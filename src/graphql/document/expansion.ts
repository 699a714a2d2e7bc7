/**
 * What a document is with its fragments written out: how many fields that makes, and how many pairs of fields answer
 * one key, each of which validation compares. Counted before anything else looks at the document, in time that its own
 * length bounds, so that everything after it may work field by field.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';

export interface Expansion {
  operations: number;
  /** Of the largest operation. May be beyond what a number holds exactly. */
  fields: number;
  /** False where fragments form a cycle, share a name or are used nowhere: what was counted then says nothing. */
  isSound: boolean;
}

type FragmentsByName = ReadonlyMap<string, FragmentDefinitionNode>;

/** Visits each selection of the document once. */
export function expand(document: DocumentNode): Expansion {
  const fragments = fragmentsOf(document.definitions);
  const defined = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length;
  const count: Count = { fragments, counted: new Map(), isCyclic: false };
  const operations = operationsOf(document).map(({ selectionSet }) => countFields(selectionSet, count));
  return {
    operations: operations.length,
    fields: operations.reduce((most, each) => Math.max(most, each), 0),
    // A spread of an unknown fragment is remembered too; validation names it.
    isSound:
      !count.isCyclic && defined === fragments.size && [...fragments.keys()].every((name) => count.counted.has(name)),
  };
}

interface Count {
  fragments: FragmentsByName;
  /** Fields of each fragment; null while they are being counted. */
  counted: Map<string, number | null>;
  isCyclic: boolean;
}

function countFields(set: SelectionSetNode, count: Count): number {
  let fields = 0;
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) fields += 1 + (node.selectionSet ? countFields(node.selectionSet, count) : 0);
    else if (node.kind === Kind.INLINE_FRAGMENT) fields += countFields(node.selectionSet, count);
    else fields += countSpread(node.name.value, count);
  }
  return fields;
}

function countSpread(name: string, count: Count): number {
  const known = count.counted.get(name);
  if (known === null) count.isCyclic = true;
  if (known !== undefined) return known ?? 0;
  const fragment = count.fragments.get(name);
  count.counted.set(name, null);
  const fields = fragment === undefined ? 0 : countFields(fragment.selectionSet, count);
  count.counted.set(name, fields);
  return fields;
}

/**
 * Pairs of fields of one operation that answer one key of one object: of a sound document, whose fields were counted
 * and found few, since every field is visited wherever it stands. Stops soon after `most`.
 */
export function countPairs(document: DocumentNode, most: number): number {
  const fragments = fragmentsOf(document.definitions);
  let largest = 0;
  for (const { selectionSet } of operationsOf(document)) {
    const pairs = pairsWithin([selectionSet], fragments, most);
    if (pairs > most) return pairs;
    largest = Math.max(largest, pairs);
  }
  return largest;
}

function pairsWithin(sets: readonly SelectionSetNode[], fragments: FragmentsByName, most: number): number {
  const nodesByKey = new Map<string, FieldNode[]>();
  for (const set of sets) gather(set, fragments, nodesByKey);
  let pairs = 0;
  for (const nodes of nodesByKey.values()) {
    pairs += (nodes.length * (nodes.length - 1)) / 2;
    if (pairs > most) return pairs;
    const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (below.length > 0) pairs += pairsWithin(below, fragments, most - pairs);
  }
  return pairs;
}

function gather(set: SelectionSetNode, fragments: FragmentsByName, into: Map<string, FieldNode[]>): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const nodes = into.get(key);
      if (nodes === undefined) into.set(key, [node]);
      else nodes.push(node);
    } else {
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (inner !== undefined) gather(inner.selectionSet, fragments, into);
    }
  }
}

function operationsOf({ definitions }: DocumentNode) {
  return definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}

function fragmentsOf(definitions: readonly DefinitionNode[]): FragmentsByName {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  return fragments;
}
