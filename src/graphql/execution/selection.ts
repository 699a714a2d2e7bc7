/**
 * What a client selected below a field: names only, over all fragments, whatever their type. It may name more than
 * is answered (skipped fields), never less, so readers can leave out what it does not name.
 */
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Selected fields by name, each with what is selected below it. */
export interface Selection extends Iterable<readonly [name: string, below: Selection]> {
  has(name: string): boolean;
  get(name: string): Selection | undefined;
}

/** The selection below fields that answer one key. */
export function selectionBelow(
  nodes: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  fragments: Fragments,
): Selection {
  return new MergedSelection(
    nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    fragments,
  );
}

/**
 * Selection sets that answer one object, read level by level and only when asked: readers look two or three levels
 * down, and reading all of them at each level of a document would cost its length times its depth. The sets of one
 * field are merged before anything below them is read, and a fragment is read once in each merged set, so that a level
 * costs no more than the document is long, however often it spreads a fragment.
 */
class MergedSelection implements Selection {
  readonly #sets: readonly SelectionSetNode[];
  readonly #fragments: Fragments;
  #fields: ReadonlyMap<string, Selection> | undefined;

  constructor(sets: readonly SelectionSetNode[], fragments: Fragments) {
    this.#sets = sets;
    this.#fragments = fragments;
  }

  has(name: string): boolean {
    return this.#read().has(name);
  }

  get(name: string): Selection | undefined {
    return this.#read().get(name);
  }

  [Symbol.iterator](): Iterator<[string, Selection]> {
    return this.#read().entries();
  }

  #read(): ReadonlyMap<string, Selection> {
    if (this.#fields !== undefined) return this.#fields;
    const setsByName = new Map<string, SelectionSetNode[]>();
    const visited = new Set<string>();
    for (const set of this.#sets) collect(set, this.#fragments, visited, setsByName);
    this.#fields = new Map(
      [...setsByName].map(([name, sets]) => [name, new MergedSelection(sets, this.#fragments)] as const),
    );
    return this.#fields;
  }
}

function collect(
  set: SelectionSetNode,
  fragments: Fragments,
  visited: Set<string>,
  into: Map<string, SelectionSetNode[]>,
): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const below = into.get(node.name.value) ?? [];
      into.set(node.name.value, below);
      if (node.selectionSet) below.push(node.selectionSet);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, fragments, visited, into);
    } else if (!visited.has(node.name.value)) {
      visited.add(node.name.value);
      const fragment = fragments[node.name.value];
      if (fragment !== undefined) collect(fragment.selectionSet, fragments, visited, into);
    }
  }
}

const nothing: Selection = new Map();

/** What is selected of the rows of a connection: through `nodes` and through `edges { node }`. */
export function selectedOfRows(connection: Selection): readonly Selection[] {
  return [connection.get('nodes') ?? nothing, connection.get('edges')?.get('node') ?? nothing];
}
