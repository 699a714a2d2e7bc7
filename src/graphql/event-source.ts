/** How the events of one subscription are answered: those that match together, a statement a level. */
import type { ExecutionResult } from 'graphql';
import { encodeEventCursor } from '../feed/cursor.ts';
import type { EventSource } from '../feed/event-group.ts';
import type { Frame } from '../feed/frame.ts';
import { matchEvents } from '../queries/event-match.ts';
import { type EventFilter, eventConditions, eventOrder, type LoggedEvent } from '../queries/events.ts';
import { encodeKeysetCursor } from '../queries/keyset.ts';
import { MOST_PAGE_SIZE } from '../queries/window.ts';
import { stringifyWithin } from './answer.ts';
import { createContext } from './context.ts';
import { MOST_NODES, measureCost } from './cost.ts';
import { isUnavailable } from './errors.ts';
import { answerInTime, type ReadyOperation, runByGraphql, withinDeadline } from './pipeline.ts';
import type { FieldPlan, TypePlan } from './plan.ts';
import { runPlanFor } from './run-plan.ts';
import type { SubscriberOptions } from './subscriber.ts';
import { readAgencyIds } from './types/agreement-arguments.ts';
import type { WatchArgs } from './types/event-arguments.ts';
import type { EventParent } from './types/refs.ts';
import type { Viewer } from './viewer.ts';

export interface WatchedOperation extends ReadyOperation {
  plan: TypePlan;
  field: FieldPlan;
  args: WatchArgs;
  viewer: Viewer;
}

/** Throws BAD_USER_INPUT for a filter that no event could match by mistake. */
export function createEventSource(options: SubscriberOptions, watched: WatchedOperation): EventSource<LoggedEvent> {
  const { queries, tail } = options;
  const { includeBackfill } = watched.args;
  const filter = filterOf(watched);
  eventConditions(filter, includeBackfill);
  const match = matchEvents(filter, includeBackfill);
  const { found: cost } = measureCost(watched.operation.node, {
    schema: options.schema,
    fragments: watched.operation.fragments,
    variables: watched.variables,
  });
  const atOnce = Math.min(MOST_PAGE_SIZE, Math.max(1, Math.floor(MOST_NODES / Math.max(1, cost))));

  async function matching(events: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]> {
    const found = match(events);
    if (filter.agencyIds == null || found.length === 0) return found;
    const family = await queries.agencyFamily(filter.agencyIds);
    return found.filter(({ agencyId }) => family.has(agencyId));
  }

  const answerAll = createAnswerer(options, watched);
  return {
    atOnce,
    answer: async (events) => answerAll(await matching(events)),
    read: async (after) => {
      // Read before the page: whatever it holds is committed, so the page misses none of it.
      const reached = tail.lastSequence;
      const { rows, hasNextPage } = await queries.events({
        args: { first: atOnce, after: encodeKeysetCursor(eventOrder, { sequence: after }) },
        wanted: { rows: true, fields: null },
        filter,
        includeBackfill,
      });
      const frames = await answerAll(rows);
      const last = frames.at(-1)?.sequence ?? after;
      return { frames, scannedTo: hasNextPage ? last : Math.max(last, reached) };
    },
  };
}

function filterOf({ args, field }: WatchedOperation): EventFilter {
  const filter = readAgencyIds(args.filter);
  if (field.name !== 'agreementAdded') return filter;
  const kinds = (filter.kinds ?? ['AGREEMENT_ADDED']).filter((kind) => kind === 'AGREEMENT_ADDED');
  return { ...filter, kinds };
}

/** For so long a TIMEOUT is taken for a database that is busy; after that, for a selection that is too much for it. */
const PATIENCE_MILLISECONDS = 5 * 60_000;

/** Rejects when the database is away or too busy: an event is sent late rather than as an error. */
function createAnswerer(options: SubscriberOptions, watched: WatchedOperation) {
  let lateSince: number | null = null;

  function refuseLate(results: readonly ExecutionResult[]): void {
    const errors = results.flatMap((result) => result.errors ?? []);
    const away = errors.find(({ extensions }) => extensions.code === 'UNAVAILABLE');
    if (away !== undefined) throw away;
    const late = errors.find(({ extensions }) => extensions.code === 'TIMEOUT');
    lateSince = late === undefined ? null : (lateSince ?? performance.now());
    if (late !== undefined && performance.now() - Number(lateSince) < PATIENCE_MILLISECONDS) throw late;
  }

  return async (events: readonly EventParent[]): Promise<Frame[]> => {
    if (events.length === 0) return [];
    const results = (await runTogether(options, watched, events)) ?? (await runSingly(options, watched, events));
    refuseLate(results);
    return events.map(({ epoch, sequence }, index) => ({
      sequence: Number(sequence),
      cursor: encodeEventCursor(epoch, BigInt(sequence)),
      payload: stringifyWithin(results[index] ?? {}, options.mostBytes),
    }));
  };
}

async function runTogether(
  options: SubscriberOptions,
  { plan, variables, viewer }: WatchedOperation,
  events: readonly object[],
): Promise<ExecutionResult[] | null> {
  try {
    const running = runPlanFor(events, plan, createContext(options.queries, viewer), variables);
    return (await withinDeadline(options.deadline, running)).map((data) => ({ data }));
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return null;
  }
}

/** With the answers that one event can have although another cannot. */
function runSingly(
  options: SubscriberOptions,
  { operation, variables, viewer }: WatchedOperation,
  events: readonly object[],
): Promise<ExecutionResult[]> {
  const context = () => createContext(options.queries, viewer);
  return Promise.all(
    events.map((event) =>
      answerInTime(options.deadline, runByGraphql(options, operation, { variables, context }, event)),
    ),
  );
}
