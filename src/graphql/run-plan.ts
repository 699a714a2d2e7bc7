/**
 * Runs a planned query level by level: each field is answered for all parents of its level at once, so a level costs
 * one call of its batch and no promise per row. It knows only success. Whatever else happens (an error, a null where
 * none may be) ends the run, and graphql-js runs the operation again: queries change nothing, and the rules for
 * partial answers stay in one place.
 */
import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import type { Context } from './context.ts';
import type { FieldPlan, OutputPlan, TypePlan } from './plan.ts';

/** An object of the answer, under construction. */
type Answer = Record<string, unknown>;

export type Variables = Readonly<Record<string, unknown>>;

/** Resolves to `data`, or rejects with whatever prevents a complete answer. */
export async function runPlan(plan: TypePlan, context: Context, variables: Variables): Promise<Answer> {
  const answer: Answer = {};
  const level = new Level();
  level.add(plan, {}, answer);
  await runLevel(level, { context, variables });
  return answer;
}

/** Thrown when the answer would hold a null where none may be. */
export class IncompleteAnswer extends Error {}

interface Run {
  context: Context;
  variables: Variables;
}

interface Group {
  parents: object[];
  answers: Answer[];
}

/** The objects of one level, grouped by the plan that answers them. */
class Level {
  readonly groups = new Map<TypePlan, Group>();

  add(plan: TypePlan, parent: object, answer: Answer): void {
    let group = this.groups.get(plan);
    if (group === undefined) {
      group = { parents: [], answers: [] };
      this.groups.set(plan, group);
    }
    group.parents.push(parent);
    group.answers.push(answer);
  }
}

async function runLevel(level: Level, run: Run): Promise<void> {
  const pending: Promise<void>[] = [];
  for (const [plan, group] of level.groups) {
    // Keys first: fields are answered in any order, but stand in the order of the selection.
    for (const answer of group.answers) for (const field of plan.fields) answer[field.key] = null;
    for (const field of plan.fields) {
      const waiting = runField(field, group, run);
      if (waiting !== undefined) pending.push(waiting);
    }
  }
  if (pending.length > 0) await Promise.all(pending);
}

function runField(field: FieldPlan, group: Group, run: Run): Promise<void> | undefined {
  const args = field.args ?? getArgumentValues(field.definition, field.node, run.variables);
  if (field.batch !== null) {
    return field
      .batch(group.parents, args, run.context, field.selection)
      .then((values) => place(field, group, values, run));
  }
  const { resolve } = field.definition;
  const { parents } = group;
  const values: unknown[] = new Array(parents.length);
  let waits = false;
  for (let index = 0; index < parents.length; index += 1) {
    const parent = parents[index];
    const value: unknown =
      resolve === undefined ? property(parent, field.name) : resolve(parent, args, run.context, noInfo);
    if (value instanceof Promise) waits = true;
    values[index] = value;
  }
  if (waits) return Promise.all(values).then((settled) => place(field, group, settled, run));
  return place(field, group, values, run);
}

function property(parent: object | undefined, name: string): unknown {
  // Pothos leaves out resolvers that only read a property; rows are plain objects.
  return (parent as Answer | undefined)?.[name];
}

/** Resolvers of this schema never look at it: what they need of the selection, batches are handed. */
const noInfo = Object.freeze({}) as GraphQLResolveInfo;

/** Puts the values into the answers; the objects among them make the next level, which is waited for. */
function place(field: FieldPlan, group: Group, values: readonly unknown[], run: Run): Promise<void> | undefined {
  const { key, output } = field;
  const { answers } = group;
  if (values.length !== answers.length) throw new Error(`${key}: as many values as parents are needed.`);
  const below = new Level();
  for (let index = 0; index < answers.length; index += 1) {
    const answer = answers[index];
    if (answer !== undefined) answer[key] = complete(output, values[index], below);
  }
  return below.groups.size > 0 ? runLevel(below, run) : undefined;
}

function complete(output: OutputPlan, value: unknown, below: Level): unknown {
  if (value === null) {
    if (output.nonNull) throw new IncompleteAnswer('A null where none may be.');
    return null;
  }
  // A column that was not read is a mistake of ours, never a null.
  if (value === undefined) throw new IncompleteAnswer('A value that was not read.');
  switch (output.kind) {
    case 'leaf':
      return output.type.serialize(value);
    case 'list': {
      if (!Array.isArray(value)) throw new IncompleteAnswer('Not a list.');
      const { of } = output;
      return value.map((each) => complete(of, each, below));
    }
    default: {
      // The schema's types say that fields of object types answer objects.
      const object = value as object;
      const answer: Answer = {};
      below.add(output.kind === 'object' ? output.plan : output.planFor(object), object, answer);
      return answer;
    }
  }
}
