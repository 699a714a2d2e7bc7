/**
 * Answers a subscription for its roots, such as events: all together, a statement a level. What takes too long is
 * answered with TIMEOUT, once; what the database had no time for is asked again later.
 */
import type { ExecutionResult } from 'graphql';
import { Abort, onceAborted, unlessAborted } from '../../abort.ts';
import type { StatementLimits } from '../../database/statements/statement-limits.ts';
import { NotNow, TookTooLong } from '../../feed/scheduling/answer-errors.ts';
import { stringifyWithin } from '../execution/answer.ts';
import { createContext } from '../execution/create-context.ts';
import { isUnavailable, limitReached, timedOut } from '../execution/errors.ts';
import { beginLifetime } from '../execution/lifetime.ts';
import { runByGraphql } from '../execution/pipeline.ts';
import { runPlanFor } from '../execution/run-plan.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

export interface Answers {
  /** As JSON, in the order of the roots. */
  payloads: readonly string[];
  /** True where one of them is a TIMEOUT. */
  late: boolean;
}

/**
 * Null where several roots took too long together: then they are asked one by one. Rejects with what answer-errors.ts
 * names.
 * The caller's `signal` ends what nobody waits for.
 */
export type Answerer = (roots: readonly object[], signal: AbortSignal) => Promise<Answers | null>;

/**
 * The deadline also passes where the database was busy with others, as while a long ingest holds the embedded one.
 * The readings of the log, which are short and never stop, tell: waiting for this part of the deadline, they had to
 * wait too. Then the answer is tried again once the log could be read, but only so many times in a row, since on one
 * connection the selection itself may be what they waited for.
 */
const PART_WAITED = 0.4;
const MOST_EXCUSES = 5;
/** A statement that ran to a limit of its own has ended long before this part of the deadline. */
const PART_RUN = 0.95;

export function createAnswerer(options: SubscriberOptions, watched: WatchedOperation): Answerer {
  const { tail, deadline, mostBytes } = options;
  let excuses = 0;
  let busySince: number | null = null;

  /** Whether it was late because the database was busy. `took` and `waited` are milliseconds. */
  function isExcused(took: number, waited: number): boolean {
    if (excuses >= MOST_EXCUSES || took < deadline * PART_RUN || waited < deadline * PART_WAITED) return false;
    excuses += 1;
    busySince = performance.now();
    return true;
  }

  return async (roots, signal) => {
    if (roots.length === 0) return { payloads: [], late: false };
    if (busySince !== null && tail.readAt < busySince) throw new NotNow('The database is still busy.');
    const before = { at: performance.now(), waited: tail.waited };
    const results = await answerWithin(options, watched, roots, signal);
    if (results === null) {
      if (isExcused(performance.now() - before.at, tail.waited - before.waited)) {
        throw new NotNow('The database had no time for it within the deadline.');
      }
      if (roots.length > 1) return null;
    }
    const told = results ?? [{ data: null, errors: [timedOut(deadline)] }];
    const late = told.some(({ errors }) => errors?.some((error) => limitReached(error) === 'running') ?? false);
    if (!late) excuses = 0;
    return { payloads: told.map((result) => stringifyWithin(result, mostBytes)), late };
  };
}

/** What a query beside the answer rejects with, as the feed must know it. */
export async function forFeed<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw toTrouble(error);
  }
}

function toTrouble(error: unknown): unknown {
  if (isUnavailable(error) || limitReached(error) === 'lock')
    return new NotNow('The database does not answer.', { cause: error });
  return limitReached(error) === 'running' ? new TookTooLong('A statement took too long.', { cause: error }) : error;
}

/**
 * All roots together; and where that fails, but never after it was late, by graphql-js one by one, with the answers
 * that one root can have although another cannot. Null when it took too long.
 */
async function answerWithin(
  options: SubscriberOptions,
  watched: WatchedOperation,
  roots: readonly object[],
  signal: AbortSignal,
): Promise<readonly ExecutionResult[] | null> {
  signal.throwIfAborted();
  const abort = new Abort();
  const stopListening = onceAborted(signal, () => abort.abort(signal.reason));
  const lifetime = beginLifetime(options.deadline, abort, 'watchers');
  const within = <Result>(work: Promise<Result>): Promise<Result> => forFeed(unlessAborted(work, lifetime.signal));
  try {
    return await within(runTogether(options, watched, roots, lifetime)).catch((error: unknown) => {
      if (error instanceof TookTooLong || error instanceof NotNow) throw error;
      signal.throwIfAborted();
      return within(runSingly(options, watched, roots, lifetime));
    });
  } catch (error) {
    if (error instanceof TookTooLong) return null;
    throw error;
  } finally {
    lifetime.end();
    stopListening();
  }
}

async function runTogether(
  options: SubscriberOptions,
  { plan, variables, viewer }: WatchedOperation,
  roots: readonly object[],
  limits: StatementLimits,
): Promise<ExecutionResult[]> {
  const answers = await runPlanFor(roots, plan, createContext(options.queries, viewer, limits), variables);
  return answers.map((data) => ({ data }));
}

async function runSingly(
  options: SubscriberOptions,
  { operation, variables, viewer }: WatchedOperation,
  roots: readonly object[],
  limits: StatementLimits,
): Promise<ExecutionResult[]> {
  const context = () => createContext(options.queries, viewer, limits);
  const results = await Promise.all(
    roots.map((root) => runByGraphql(options, operation, { variables, context }, root)),
  );
  const errors = results.flatMap((result) => result.errors ?? []);
  const away = errors.find(({ extensions }) => extensions.code === 'UNAVAILABLE');
  if (away !== undefined) throw new NotNow('The database does not answer.', { cause: away });
  return results;
}
