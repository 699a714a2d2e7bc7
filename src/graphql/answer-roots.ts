/** Answers a subscription for its roots, such as events: all together, a statement a level. */
import type { ExecutionResult } from 'graphql';
import { stringifyWithin } from './answer.ts';
import { createContext } from './context.ts';
import { isUnavailable, toPublicError } from './errors.ts';
import { beginLifetime, untilAborted } from './lifetime.ts';
import { runByGraphql } from './pipeline.ts';
import { runPlanFor } from './run-plan.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

/** For so long a TIMEOUT is taken for a database that is busy; after that, for a selection that is too much for it. */
const PATIENCE_MILLISECONDS = 5 * 60_000;

/** Answers as JSON. Rejects when the database is away or too busy: what happened is sent late rather than as an error. */
export function createAnswerer(
  options: SubscriberOptions,
  watched: WatchedOperation,
): (roots: readonly object[]) => Promise<string[]> {
  let lateSince: number | null = null;

  function refuseLate(results: readonly ExecutionResult[]): void {
    const errors = results.flatMap((result) => result.errors ?? []);
    const away = errors.find(({ extensions }) => extensions.code === 'UNAVAILABLE');
    if (away !== undefined) throw away;
    const late = errors.find(({ extensions }) => extensions.code === 'TIMEOUT');
    lateSince = late === undefined ? null : (lateSince ?? performance.now());
    if (late !== undefined && performance.now() - Number(lateSince) < PATIENCE_MILLISECONDS) throw late;
  }

  return async (roots) => {
    if (roots.length === 0) return [];
    const results = (await runTogether(options, watched, roots)) ?? (await runSingly(options, watched, roots));
    refuseLate(results);
    return results.map((result) => stringifyWithin(result, options.mostBytes));
  };
}

async function runTogether(
  options: SubscriberOptions,
  { plan, variables, viewer }: WatchedOperation,
  roots: readonly object[],
): Promise<ExecutionResult[] | null> {
  const lifetime = beginLifetime(options.deadline, new AbortController(), true);
  try {
    const running = runPlanFor(roots, plan, createContext(options.queries, viewer, lifetime), variables);
    return (await untilAborted(lifetime.signal, running)).map((data) => ({ data }));
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return null;
  } finally {
    lifetime.end();
  }
}

/** With the answers that one root can have although another cannot. */
function runSingly(
  options: SubscriberOptions,
  watched: WatchedOperation,
  roots: readonly object[],
): Promise<ExecutionResult[]> {
  return Promise.all(roots.map((root) => runOne(options, watched, root)));
}

async function runOne(
  options: SubscriberOptions,
  { operation, variables, viewer }: WatchedOperation,
  root: object,
): Promise<ExecutionResult> {
  const lifetime = beginLifetime(options.deadline, new AbortController(), true);
  try {
    const context = () => createContext(options.queries, viewer, lifetime);
    return await untilAborted(lifetime.signal, runByGraphql(options, operation, { variables, context }, root));
  } catch (error) {
    return { data: null, errors: [toPublicError(error, options.log)] };
  } finally {
    lifetime.end();
  }
}
