/**
 * What introspection can cost: its objects are counted by the sizes that lists of this schema have, and cost a fraction
 * of a unit each, since all of them are in memory. graphql-js bounds how deep its lists nest.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Units of one object: the usual introspection query is worth some 5,000. */
const EACH = 0.04;

/** Objects in a list: more than the mean of this schema. */
const sizes: Readonly<Record<string, number>> = {
  types: 130,
  fields: 15,
  args: 4,
  inputFields: 6,
  enumValues: 8,
  possibleTypes: 4,
  interfaces: 2,
  directives: 8,
};

interface Walk {
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

/** Units of `__schema` or `__type`. */
export function costOfIntrospection(node: FieldNode, field: GraphQLField<unknown, unknown>, walk: Walk): number {
  return EACH * objectsOf(node, field, { ...walk, spread: new Map() });
}

interface Counting extends Walk {
  /** Objects below fragments, by name. */
  spread: Map<string, number>;
}

function objectsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, walk: Counting): number {
  if (node.selectionSet === undefined) return 0;
  const below = objectsBelow(node.selectionSet, getNamedType(field.type), walk);
  const inner = isNonNullType(field.type) ? field.type.ofType : field.type;
  return (isListType(inner) ? (sizes[field.name] ?? 10) : 1) * (1 + below);
}

function objectsBelow(set: SelectionSetNode, type: GraphQLNamedType, walk: Counting): number {
  let objects = 0;
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
      if (field !== undefined) objects += objectsOf(node, field, walk);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      objects += objectsBelow(node.selectionSet, type, walk);
    } else {
      objects += objectsOfSpread(node.name.value, type, walk);
    }
  }
  return objects;
}

function objectsOfSpread(name: string, type: GraphQLNamedType, walk: Counting): number {
  const known = walk.spread.get(name);
  if (known !== undefined) return known;
  const fragment = walk.fragments[name];
  // Nothing to find again in a cycle, which is refused before.
  walk.spread.set(name, 0);
  const objects = fragment === undefined ? 0 : objectsBelow(fragment.selectionSet, type, walk);
  walk.spread.set(name, objects);
  return objects;
}
