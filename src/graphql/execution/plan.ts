/**
 * Plans a query once: which fields each type answers, with their arguments, so that running it is a walk over arrays.
 * It covers queries over this schema, and what a subscription selects of each event; what it does not (introspection,
 * mutations) has no plan, and graphql-js runs it.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AnyBatch } from './context.ts';
import { type Fragments, type Selection, selectionBelow } from './selection.ts';

export interface TypePlan {
  type: GraphQLObjectType;
  fields: readonly FieldPlan[];
}

export interface FieldPlan {
  /** The key of the answer: the alias, or the name. */
  key: string;
  name: string;
  definition: GraphQLField<unknown, unknown>;
  /** All nodes of the document that answer this key; the first gives the arguments. */
  nodes: readonly [FieldNode, ...FieldNode[]];
  /** Null when they depend on variables. */
  args: Readonly<Record<string, unknown>> | null;
  batch: AnyBatch | null;
  selection: Selection;
  output: OutputPlan;
}

export type OutputPlan = { nonNull: boolean } & (
  | { kind: 'leaf'; type: GraphQLLeafType }
  | { kind: 'list'; of: OutputPlan }
  | { kind: 'object'; plan: TypePlan }
  | { kind: 'abstract'; planFor: (value: object) => TypePlan }
);

export interface Planner {
  schema: GraphQLSchema;
  fragments: Fragments;
  variables: Readonly<Record<string, unknown>>;
  /** The name of the object type that answers a value; asked for interfaces and unions. */
  typenameOf: (value: object) => string;
}

/** A plan, and how large it is by now: it grows with the types that its interfaces meet. */
export interface OperationPlan {
  root: TypePlan;
  fields: () => number;
}

/** A planner at work on one operation. */
interface Planning extends Planner {
  /**
   * Arguments of the fields that were planned: a fragment's field is planned wherever it is spread, and for each type
   * of an interface, all of which have the interface's arguments.
   */
  args: Map<FieldNode, FieldPlan['args']>;
  fields: number;
}

/** Null when graphql-js has to run it. */
export function planOperation(operation: OperationDefinitionNode, planner: Planner): OperationPlan | null {
  const root = planner.schema.getRootType(operation.operation);
  if (operation.operation === 'mutation' || !root) return null;
  const planning: Planning = { ...planner, args: new Map(), fields: 0 };
  try {
    return { root: planType(root, [operation.selectionSet], planning), fields: () => planning.fields };
  } catch (error) {
    if (error instanceof NotPlanned) return null;
    throw error;
  }
}

class NotPlanned extends Error {}

function planType(type: GraphQLObjectType, sets: readonly SelectionSetNode[], planner: Planning): TypePlan {
  const grouped = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const set of sets) collectFields(type, set, planner, grouped, visited);
  planner.fields += grouped.size;
  return { type, fields: [...grouped].map(([key, nodes]) => planField(type, key, nodes, planner)) };
}

/** As graphql-js's collectFields: fields by key, in the order in which they first stand. */
function collectFields(
  type: GraphQLObjectType,
  set: SelectionSetNode,
  planner: Planner,
  grouped: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const node of set.selections) {
    if (!isIncluded(node, planner)) continue;
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const nodes = grouped.get(key);
      if (nodes) nodes.push(node);
      else grouped.set(key, [node]);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      if (applies(type, node.typeCondition?.name.value, planner)) {
        collectFields(type, node.selectionSet, planner, grouped, visited);
      }
    } else if (!visited.has(node.name.value)) {
      visited.add(node.name.value);
      const fragment: FragmentDefinitionNode | undefined = planner.fragments[node.name.value];
      if (fragment && applies(type, fragment.typeCondition.name.value, planner)) {
        collectFields(type, fragment.selectionSet, planner, grouped, visited);
      }
    }
  }
}

function isIncluded(node: SelectionNode, { variables }: Planner): boolean {
  if (!node.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}

function applies(type: GraphQLObjectType, condition: string | undefined, { schema }: Planner): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}

function planField(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[], planner: Planning): FieldPlan {
  const [node, ...more] = nodes;
  if (node === undefined) throw new NotPlanned();
  const name = node.name.value;
  const definition = name === '__typename' ? typenameField(planner, type) : type.getFields()[name];
  if (definition === undefined) throw new NotPlanned();
  const sets = nodes.flatMap((each) => (each.selectionSet ? [each.selectionSet] : []));
  const { batch } = definition.extensions;
  return {
    key,
    name,
    definition,
    nodes: [node, ...more],
    args: argsOf(definition, node, planner),
    // Only `batched` sets this extension, and it sets a Batch.
    batch: typeof batch === 'function' ? (batch as AnyBatch) : null,
    selection: selectionBelow(nodes, planner.fragments),
    output: planOutput(definition.type, sets, planner),
  };
}

/** `__typename` as a field like others. */
function typenameField({ schema }: Planner, type: GraphQLObjectType): GraphQLField<unknown, unknown> {
  const named = schema.getType('String');
  if (!isLeafType(named)) throw new NotPlanned();
  return {
    name: '__typename',
    description: null,
    type: named,
    args: [],
    resolve: () => type.name,
    deprecationReason: null,
    extensions: {},
    astNode: null,
  } as unknown as GraphQLField<unknown, unknown>; // graphql-js types description as Maybe and the rest as given.
}

function argsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode, { args }: Planning): FieldPlan['args'] {
  let known = args.get(node);
  if (known === undefined) {
    known = usesVariables(node) ? null : getArgumentValues(definition, node);
    args.set(node, known);
  }
  return known;
}

function usesVariables(node: FieldNode): boolean {
  return node.arguments !== undefined && JSON.stringify(node.arguments, withoutLocation).includes('"kind":"Variable"');
}

function withoutLocation(key: string, value: unknown): unknown {
  return key === 'loc' ? undefined : value;
}

function planOutput(type: GraphQLOutputType, sets: readonly SelectionSetNode[], planner: Planning): OutputPlan {
  const nonNull = isNonNullType(type);
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return { nonNull, kind: 'list', of: planOutput(inner.ofType, sets, planner) };
  if (isLeafType(inner)) return { nonNull, kind: 'leaf', type: inner };
  if (isObjectType(inner)) return { nonNull, kind: 'object', plan: planType(inner, sets, planner) };
  if (!isAbstractType(inner)) throw new NotPlanned();
  return { nonNull, kind: 'abstract', planFor: planLazily(sets, planner) };
}

/** Each object type is planned when it first appears: planning all at every level would multiply. */
function planLazily(sets: readonly SelectionSetNode[], planner: Planning): (value: object) => TypePlan {
  const plans = new Map<string, TypePlan>();
  return (value) => {
    const name = planner.typenameOf(value);
    let plan = plans.get(name);
    if (plan === undefined) {
      const type = planner.schema.getType(name);
      if (!isObjectType(type)) throw new NotPlanned();
      plan = planType(type, sets, planner);
      plans.set(name, plan);
    }
    return plan;
  };
}
