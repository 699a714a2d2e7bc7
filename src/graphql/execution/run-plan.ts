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
  const [answer] = await runPlanFor([{}], plan, context, variables);
  return answer ?? {};
}

/** The same for several roots, such as the events of a subscription: the `data` of each, in their order. */
export async function runPlanFor(
  roots: readonly object[],
  plan: TypePlan,
  context: Context,
  variables: Variables,
): Promise<Answer[]> {
  const level = new Level();
  const answers = roots.map((root): Answer => {
    const answer: Answer = {};
    level.add(plan, root, answer);
    return answer;
  });
  await runLevel(level, { context, variables });
  return answers;
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
  // Types that share fields are not answered field by field in the order of each.
  if (level.groups.size > 1) {
    for (const [plan, { answers }] of level.groups) for (const field of plan.fields) holdPlace(field, answers);
  }
  for (const task of tasksOf(level)) {
    try {
      const waiting = runTask(task, run);
      if (waiting !== undefined) pending.push(waiting);
    } catch (error) {
      // Thrown on, it would leave behind what is pending, whose own failures nobody would then await.
      pending.push(Promise.reject(error));
    }
  }
  if (pending.length > 0) await Promise.all(pending);
}

/** Fields are answered in any order, but stand in the order of the selection. */
function holdPlace({ key }: FieldPlan, answers: readonly Answer[]): void {
  for (const answer of answers) answer[key] = null;
}

/** One field of the document, for each of the types of a level that answer it. */
interface Task {
  field: FieldPlan;
  parts: { field: FieldPlan; group: Group }[];
}

/** What an interface's fields read, they read for all its types together: each type has a plan, the document one field. */
function tasksOf(level: Level): Task[] {
  const tasks: Task[] = [];
  for (const [plan, group] of level.groups) {
    for (const field of plan.fields) {
      const known = level.groups.size === 1 ? undefined : tasks.find((task) => isSame(task.field, field));
      if (known === undefined) tasks.push({ field, parts: [{ field, group }] });
      else known.parts.push({ field, group });
    }
  }
  return tasks;
}

function isSame(left: FieldPlan, right: FieldPlan): boolean {
  if (left.batch !== right.batch || left.nodes.length !== right.nodes.length) return false;
  return left.nodes.every((node, index) => node === right.nodes[index]);
}

function runTask(task: Task, run: Run): Promise<void> | undefined {
  const { field, parts } = task;
  const args = argsOf(field, run);
  if (field.batch !== null) {
    const [only] = parts;
    const parents = parts.length === 1 && only ? only.group.parents : parts.flatMap(({ group }) => group.parents);
    return placeLater(task, field.batch(parents, args, run.context, field.selection), run);
  }
  const values: unknown[] = [];
  let waits = false;
  for (const part of parts) {
    const { definition, name } = part.field;
    const { resolve } = definition;
    for (const parent of part.group.parents) {
      const value: unknown = resolve ? resolve(parent, args, run.context, noInfo) : property(parent, name);
      if (value instanceof Promise) waits = true;
      values.push(value);
    }
  }
  if (waits) return placeLater(task, Promise.all(values), run);
  return place(task, values, run);
}

function argsOf(field: FieldPlan, { variables }: Run): Readonly<Record<string, unknown>> {
  return field.args ?? getArgumentValues(field.definition, field.nodes[0], variables);
}

function property(parent: object | undefined, name: string): unknown {
  // Pothos leaves out resolvers that only read a property; rows are plain objects.
  return (parent as Answer | undefined)?.[name];
}

/** Resolvers of this schema never look at it: what they need of the selection, batches are handed. */
const noInfo = Object.freeze({}) as GraphQLResolveInfo;

function placeLater(task: Task, waiting: Promise<readonly unknown[]>, run: Run): Promise<void> {
  for (const { field, group } of task.parts) holdPlace(field, group.answers);
  return waiting.then((values) => place(task, values, run));
}

/** Puts the values into the answers; the objects among them make the next level, which is waited for. */
function place({ field, parts }: Task, values: readonly unknown[], run: Run): Promise<void> | undefined {
  const below = new Level();
  let next = 0;
  for (const { field: own, group } of parts) {
    for (const answer of group.answers) {
      answer[own.key] = complete(own.output, values[next], below);
      next += 1;
    }
  }
  if (values.length !== next) throw new Error(`${field.key}: as many values as parents are needed.`);
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
