/**
 * What a client selected below a field: names only, over all fragments, whatever their type. It may name more than
 * is answered (skipped fields), never less, so readers can leave out what it does not name.
 */
import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** Selected fields by name, each with what is selected below it. */
export type Selection = ReadonlyMap<string, Selection>;

/** The selection below fields that answer one key. */
export function selectionBelow(
  nodes: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  fragments: Fragments,
): Selection {
  const selection: MutableSelection = new Map();
  for (const node of nodes) if (node.selectionSet) collect(node.selectionSet, fragments, selection);
  return selection;
}

type MutableSelection = Map<string, MutableSelection>;

function collect(set: SelectionSetNode, fragments: Fragments, into: MutableSelection): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const below = into.get(node.name.value) ?? new Map();
      into.set(node.name.value, below);
      if (node.selectionSet) collect(node.selectionSet, fragments, below);
    } else {
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : fragments[node.name.value];
      if (inner !== undefined) collect(inner.selectionSet, fragments, into);
    }
  }
}

const nothing: Selection = new Map();

/** What is selected of the rows of a connection: through `nodes` and through `edges { node }`. */
export function selectedOfRows(connection: Selection): readonly Selection[] {
  return [connection.get('nodes') ?? nothing, connection.get('edges')?.get('node') ?? nothing];
}
