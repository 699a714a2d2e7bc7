/** Answers a subscription for its roots, such as events: all together, a statement a level. */
import type { ExecutionResult } from 'graphql';
import { stringifyWithin } from './answer.ts';
import { createContext } from './context.ts';
import { isUnavailable } from './errors.ts';
import { answerInTime, runByGraphql, withinDeadline } from './pipeline.ts';
import { runPlanFor } from './run-plan.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

/** The results as JSON. Rejects when the database is away: what happened is sent late rather than as an error. */
export async function answerRoots(
  options: SubscriberOptions,
  watched: WatchedOperation,
  roots: readonly object[],
): Promise<string[]> {
  if (roots.length === 0) return [];
  const results = (await runTogether(options, watched, roots)) ?? (await runSingly(options, watched, roots));
  return results.map((result) => stringifyWithin(result, options.mostBytes));
}

async function runTogether(
  options: SubscriberOptions,
  { plan, variables, viewer }: WatchedOperation,
  roots: readonly object[],
): Promise<ExecutionResult[] | null> {
  try {
    const running = runPlanFor(roots, plan, createContext(options.queries, viewer), variables);
    return (await withinDeadline(options.deadline, running)).map((data) => ({ data }));
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return null;
  }
}

/** With the answers that one root can have although another cannot. */
function runSingly(
  options: SubscriberOptions,
  { operation, variables, viewer }: WatchedOperation,
  roots: readonly object[],
): Promise<ExecutionResult[]> {
  const context = () => createContext(options.queries, viewer);
  return Promise.all(
    roots.map(async (root) => {
      const result = await answerInTime(
        options.deadline,
        runByGraphql(options, operation, { variables, context }, root),
      );
      const away = result.errors?.find(({ extensions }) => extensions.code === 'UNAVAILABLE');
      if (away !== undefined) throw away;
      return result;
    }),
  );
}
