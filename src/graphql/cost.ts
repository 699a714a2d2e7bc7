/**
 * The worst-case number of objects that an operation can answer, computed from its page sizes (literal, variable or
 * default, in fragments or not) before anything runs.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE, MOST_PAGE_SIZE } from '../queries/window.ts';
import { refuseRequest } from './errors.ts';

export const MOST_NODES = 50_000;

export interface CostInput {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variables: Readonly<Record<string, unknown>>;
}

/** The refusal of an operation that could answer too much, or asks for a page of impossible size; null to run it. */
export function checkCost(
  operation: OperationDefinitionNode,
  input: CostInput,
  most = MOST_NODES,
): GraphQLError | null {
  const { found, problem } = measureCost(operation, input);
  if (problem !== null || found <= most) return problem;
  return refuseRequest(
    'QUERY_TOO_COMPLEX',
    `The operation could answer ${found} objects, at most ${most} are allowed.`,
    {
      limit: { name: 'nodes', most, found: Number.isFinite(found) ? found : null },
    },
  );
}

/** How many objects an operation can answer; the first problem with its page sizes, if there is one. */
export function measureCost(
  operation: OperationDefinitionNode,
  input: CostInput,
): { found: number; problem: GraphQLError | null } {
  const root = input.schema.getRootType(operation.operation);
  if (!root) return { found: 0, problem: null };
  const problems: GraphQLError[] = [];
  const found = costOf(operation.selectionSet, root, 1, { ...input, spread: new Map(), path: [], problems });
  return { found, problem: problems[0] ?? null };
}

interface Walk extends CostInput {
  /** Costs of fragments by name and page size above them. */
  spread: Map<string, number>;
  /** Keys of the answer down to the field that is looked at. */
  path: string[];
  problems: GraphQLError[];
}

/** `rows` is the size of the page that this selection belongs to, for the fields that answer one object a row. */
function costOf(set: SelectionSetNode, type: GraphQLNamedType, rows: number, walk: Walk): number {
  let shared = 0;
  const byType = new Map<string, number>();
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      shared += costOfField(node, type, rows, walk);
      continue;
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments[node.name.value];
    if (fragment === undefined) continue;
    const condition = fragment.typeCondition?.name.value;
    const inner = condition === undefined ? type : (walk.schema.getType(condition) ?? type);
    const cost =
      node.kind === Kind.FRAGMENT_SPREAD
        ? costOfSpread(node.name.value, fragment.selectionSet, inner, rows, walk)
        : costOf(fragment.selectionSet, inner, rows, walk);
    // An object answers the fragments on its own type only, so those on other object types are alternatives.
    if (isAbstractType(type) && isObjectType(inner)) byType.set(inner.name, (byType.get(inner.name) ?? 0) + cost);
    else shared += cost;
  }
  return shared + Math.max(0, ...byType.values());
}

function costOfSpread(name: string, set: SelectionSetNode, type: GraphQLNamedType, rows: number, walk: Walk): number {
  const key = `${name} ${rows}`;
  const known = walk.spread.get(key);
  if (known !== undefined) return known;
  walk.spread.set(key, 0);
  const cost = costOf(set, type, rows, walk);
  walk.spread.set(key, cost);
  return cost;
}

function costOfField(node: FieldNode, type: GraphQLNamedType, rows: number, walk: Walk): number {
  walk.path.push(node.alias?.value ?? node.name.value);
  const cost = costAtPath(node, type, rows, walk);
  walk.path.pop();
  return cost;
}

function costAtPath(node: FieldNode, type: GraphQLNamedType, rows: number, walk: Walk): number {
  if (!isObjectType(type) && !isInterfaceType(type)) return 0;
  const field = type.getFields()[node.name.value];
  if (field === undefined) return 0;
  const answer = getNamedType(field.type);
  const hasPage = field.args.some((argument) => argument.name === 'first');
  const page = hasPage ? pageSize(node, walk) : 1;
  if (!isCompositeType(answer)) return 0;
  const isConnection = hasPage && 'pageInfo' in fieldsOf(answer);
  const below = node.selectionSet ? costOf(node.selectionSet, answer, isConnection ? page : 1, walk) : 0;
  // An edge only carries its node, so pages cost the same through edges and through nodes.
  if (field.extensions.perRow === 'edge') return rows * below;
  if (field.extensions.perRow === 'node') return rows * (1 + below);
  if (isConnection) return 1 + below;
  return mostOf(field, node, page, walk) * (1 + below);
}

/** How many objects a field answers that is no connection: what it declares, for its arguments where it counts them. */
function mostOf(field: GraphQLField<unknown, unknown>, node: FieldNode, page: number, walk: Walk): number {
  const { atMost } = field.extensions;
  if (typeof atMost === 'number') return atMost;
  if (typeof atMost !== 'function') return page;
  try {
    return Number(atMost(getArgumentValues(field, node, walk.variables)));
  } catch {
    // A value that cannot be read is refused when it is used, and then nothing is answered.
    return 0;
  }
}

function fieldsOf(type: GraphQLNamedType): object {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

function pageSize(node: FieldNode, walk: Walk): number {
  let size: number | null = null;
  for (const argument of node.arguments ?? []) {
    const { name, value } = argument;
    if (name.value !== 'first' && name.value !== 'last') continue;
    const given =
      value.kind === Kind.VARIABLE ? walk.variables[value.name.value] : 'value' in value ? Number(value.value) : null;
    if (typeof given !== 'number') continue;
    if (!Number.isInteger(given) || given < 0 || given > MOST_PAGE_SIZE) {
      walk.problems.push(
        refuseRequest(
          'BAD_USER_INPUT',
          `${name.value} must be between 0 and ${MOST_PAGE_SIZE}, not ${given}.`,
          { limit: { name: name.value, most: MOST_PAGE_SIZE, found: given } },
          { nodes: [argument], path: [...walk.path] },
        ),
      );
    }
    size = Math.max(size ?? 0, given);
  }
  return size ?? DEFAULT_PAGE_SIZE;
}
