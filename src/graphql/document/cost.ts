/**
 * The worst-case cost of an operation in units, computed from its page sizes (literal, variable or default, in
 * fragments or not) and from what its fields declare, before anything runs. Fields with their fragments written out
 * are bounded before, so that each may be visited wherever it stands.
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
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { DEFAULT_PAGE_SIZE, MOST_PAGE_SIZE } from '../../queries/keyset/window.ts';
import { refuseRequest } from '../execution/errors.ts';
import { type CostArguments, costOfField, type FieldCost, type Units } from './field-cost.ts';
import { costOfIntrospection } from './introspection-cost.ts';

export const MOST_UNITS = 50_000;
/** From here on an operation is a large one: few run at a time. */
export const LARGE_UNITS = 5_000;

export interface CostInput {
  schema: GraphQLSchema;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  variables: Readonly<Record<string, unknown>>;
}

/** What an operation costs at worst, in units, and why it is not run for that; null: it is. */
export interface Price {
  units: number;
  refusal: GraphQLError | null;
}

/** The price of an operation: refused when it could cost too much, or asks for a page of impossible size. */
export function priceOperation(operation: OperationDefinitionNode, input: CostInput, most = MOST_UNITS): Price {
  const { found, problem } = measureCost(operation, input);
  if (problem !== null || found <= most) return { units: found, refusal: problem };
  const refusal = refuseRequest(
    'QUERY_TOO_COMPLEX',
    `The operation could cost ${found} units, at most ${most} are allowed. An object costs one; counts, searches and statistics cost more.`,
    { limit: { name: 'units', most, found: Number.isSafeInteger(found) ? found : null } },
  );
  return { units: found, refusal };
}

/** How many units an operation can cost; the first problem with its page sizes, if there is one. */
export function measureCost(
  operation: OperationDefinitionNode,
  input: CostInput,
): { found: number; problem: GraphQLError | null } {
  const root = input.schema.getRootType(operation.operation);
  if (!root) return { found: 0, problem: null };
  const walk: Walk = { ...input, spread: new Map(), args: new Map(), path: [], problems: [] };
  const found = costOf(operation.selectionSet, root, { rows: 1, among: 1, counted: 0 }, walk);
  return { found: Math.ceil(found), problem: walk.problems[0] ?? null };
}

interface Walk extends CostInput {
  /** Costs of fragments by name and parents. */
  spread: Map<string, number>;
  /** Arguments of fields whose cost depends on them; null where they can't be read. */
  args: Map<FieldNode, CostArguments | null>;
  /** Keys of the answer down to the field that is looked at. */
  path: string[];
  problems: GraphQLError[];
}

/** The objects that a selection is answered for. */
interface Parents {
  /** The size of the page that the selection belongs to, for the fields that answer one object a row. */
  rows: number;
  /** How many different objects they are known to be. */
  among: number;
  /** Units of the count of the connection that they are. */
  counted: number;
}

function costOf(set: SelectionSetNode, type: GraphQLNamedType, parents: Parents, walk: Walk): number {
  let shared = 0;
  const byType = new Map<string, number>();
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      walk.path.push(node.alias?.value ?? node.name.value);
      shared += costAtPath(node, type, parents, walk);
      walk.path.pop();
      continue;
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments[node.name.value];
    if (fragment === undefined) continue;
    const condition = fragment.typeCondition?.name.value;
    const inner = condition === undefined ? type : (walk.schema.getType(condition) ?? type);
    const cost =
      node.kind === Kind.FRAGMENT_SPREAD
        ? costOfSpread(node.name.value, fragment.selectionSet, inner, parents, walk)
        : costOf(fragment.selectionSet, inner, parents, walk);
    // An object answers the fragments on its own type only, so those on other object types are alternatives.
    if (isAbstractType(type) && isObjectType(inner)) byType.set(inner.name, (byType.get(inner.name) ?? 0) + cost);
    else shared += cost;
  }
  return shared + Math.max(0, ...byType.values());
}

function costOfSpread(
  name: string,
  set: SelectionSetNode,
  type: GraphQLNamedType,
  parents: Parents,
  walk: Walk,
): number {
  const key = `${name} ${parents.rows} ${parents.among} ${parents.counted}`;
  const known = walk.spread.get(key);
  if (known !== undefined) return known;
  walk.spread.set(key, 0);
  const cost = costOf(set, type, parents, walk);
  walk.spread.set(key, cost);
  return cost;
}

function costAtPath(node: FieldNode, type: GraphQLNamedType, parents: Parents, walk: Walk): number {
  if (!isObjectType(type) && !isInterfaceType(type)) return 0;
  const meta = metaFields.get(node.name.value);
  if (meta !== undefined) return costOfIntrospection(node, meta, walk);
  const field = type.getFields()[node.name.value];
  if (field === undefined) return 0;
  const cost = costOfField(field);
  if (cost.isCount) return parents.counted;
  const own = evaluate(cost.units ?? 0, field, node, parents.among, walk);
  const answer = getNamedType(field.type);
  if (!isCompositeType(answer)) return own;
  return own + costOfObjects(node, { field, cost, answer }, parents, walk);
}

const metaFields: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map([
  ['__schema', SchemaMetaFieldDef],
  ['__type', TypeMetaFieldDef],
]);

function costOfObjects(
  node: FieldNode,
  { field, cost, answer }: { field: GraphQLField<unknown, unknown>; cost: FieldCost; answer: GraphQLNamedType },
  { rows, among }: Parents,
  walk: Walk,
): number {
  const hasPage = field.args.some((argument) => argument.name === 'first');
  const page = hasPage ? pageSize(node, walk) : 1;
  const isConnection = hasPage && 'pageInfo' in fieldsOf(answer);
  const objects = isConnection ? 1 : cost.atMost === undefined ? page : evaluate(cost.atMost, field, node, among, walk);
  const below: Parents = {
    rows: isConnection ? page : 1,
    among: cost.distinct ? Math.max(objects, among) : 1,
    counted: isConnection ? evaluate(cost.countUnits ?? 1, field, node, among, walk) : 0,
  };
  const each = node.selectionSet ? costOf(node.selectionSet, answer, below, walk) : 0;
  // An edge only carries its node, so pages cost the same through edges and through nodes.
  if (cost.perRow === 'edge') return rows * each;
  return cost.perRow === 'node' ? rows * (1 + each) : objects * ((cost.each ?? 1) + each);
}

function evaluate(
  units: Units,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  among: number,
  walk: Walk,
): number {
  if (typeof units === 'number') return units;
  let args = walk.args.get(node);
  if (args === undefined) {
    args = readArguments(field, node, walk);
    walk.args.set(node, args);
  }
  // A value that cannot be read is refused when it is used, and then nothing is answered.
  return args === null ? 0 : units(args, among);
}

function readArguments(field: GraphQLField<unknown, unknown>, node: FieldNode, walk: Walk): CostArguments | null {
  try {
    const { filter, ...args } = getArgumentValues(field, node, walk.variables);
    return { ...args, hasText: hasText(filter) };
  } catch {
    return null;
  }
}

/** Whether a filter searches names. */
export function hasText(filter: unknown): boolean {
  return typeof filter === 'object' && filter !== null && 'text' in filter && filter.text != null;
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
