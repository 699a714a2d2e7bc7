/**
 * From a subscription as it arrives to what the feed watches: who asks the same of the log with the same rights is
 * one group, from wherever each of them begins.
 */
import { createHash } from 'node:crypto';
import { type ArgumentNode, type GraphQLError, getArgumentValues, Kind, visit } from 'graphql';
import { type Source, TooManyGroups, type WatchRequest } from '../../feed/feed.ts';
import type { LatestValue } from '../../feed/groups/latest-group.ts';
import type { Sink, Watcher } from '../../feed/groups/watcher.ts';
import { decodeEventCursor, encodeEventCursor } from '../../feed/log/cursor.ts';
import { countSource } from '../../queries/counts/statistics-filter.ts';
import type { LoggedEvent } from '../../queries/events.ts';
import type { Operation, PreparedDocument } from '../document/prepared-document.ts';
import type { Caller } from '../execution/caller.ts';
import { refuseRequest, toPublicError } from '../execution/errors.ts';
import { planOf, type ReadyOperation, readyOperation } from '../execution/pipeline.ts';
import type { FieldPlan, TypePlan } from '../execution/plan.ts';
import type { Viewer } from '../execution/viewer.ts';
import { type FilterArgs, readFilter } from '../schema/analysis/statistics-arguments.ts';
import type { WatchArgs } from '../schema/events/event-arguments.ts';
import { createAnswerer, forFeed } from './answer-roots.ts';
import { createEventSource } from './event-source.ts';
import type { SubscriberOptions, WatchedOperation } from './watched-operation.ts';

export interface SubscribeRequest {
  document: PreparedDocument;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  caller: Caller;
  /** A cursor that the transport carries; it wins over the argument `after`. */
  lastEventId?: string | null | undefined;
}

export interface Subscription {
  watcher: Watcher;
  /** Where the watcher is by now, as its client would keep it; null: it is not in the log. */
  cursor: () => string | null;
}

/** Begins to write into the sink; or answers the errors that say why not. */
export type Subscribe = (
  request: SubscribeRequest,
  sink: Sink,
) => Promise<Subscription | { errors: readonly GraphQLError[] }>;

export function createSubscriber(options: SubscriberOptions): Subscribe {
  const { tail, feed, log } = options;
  return async (request, sink) => {
    const ready = readyOperation(options, request);
    if ('errors' in ready) return ready;
    let leave = (): void => {};
    try {
      leave = await request.caller.admission.admit(request.caller, ready.units);
      const watched = await readRequest(options, ready, request);
      const watcher = feed.watch(watched, sink);
      const cursor = (): string => encodeEventCursor(tail.head.epoch, BigInt(watcher.sequence));
      return { watcher, cursor: watched.inLog ? cursor : () => null };
    } catch (error) {
      if (error instanceof TooManyGroups) return { errors: [refuseRequest('RATE_LIMITED', error.message)] };
      return { errors: [toPublicError(error, log)] };
    } finally {
      leave();
    }
  };
}

async function readRequest(
  options: SubscriberOptions,
  ready: ReadyOperation,
  request: SubscribeRequest,
): Promise<WatchRequest<LoggedEvent> & { inLog: boolean }> {
  const { viewer, address: owner } = request.caller;
  const { plan, field } = rootOf(options, ready);
  const args = getArgumentValues(field.definition, field.nodes[0], ready.variables);
  const key = groupKey(ready, field, viewer);
  // The schema has given the arguments these types.
  if (field.name === 'statistics') {
    const watched = { ...ready, plan, field, args: args as FilterArgs, viewer };
    return { key, owner, inLog: false, after: null, source: () => statisticsSource(options, watched) };
  }
  const watched = { ...ready, plan, field, args: args as unknown as WatchArgs, viewer };
  return {
    ...{ key, owner, inLog: true, after: await placeAfter(options, request.lastEventId ?? watched.args.after) },
    source: () => ({ kind: 'events', events: createEventSource(options, watched) }),
  };
}

/** As it is now, and again after each change of the ledger that changes what is selected. */
function statisticsSource(options: SubscriberOptions, watched: WatchedOperation<FilterArgs>): Source<LoggedEvent> {
  const filter = readFilter(watched.args);
  countSource(filter);
  const answer = createAnswerer(options, watched);
  const read = async (signal: AbortSignal): Promise<LatestValue> => {
    const row = await forFeed(options.queries.statistics(filter, null));
    const answered = row === null ? null : await answer([row], signal);
    return { payload: answered?.payloads[0] ?? null, late: answered?.late ?? false };
  };
  return { kind: 'latest', latest: { cost: watched.units, read } };
}

function rootOf(options: SubscriberOptions, ready: ReadyOperation): { plan: TypePlan; field: FieldPlan } {
  const plan = planOf(options, ready);
  const [field] = plan?.fields ?? [];
  if (plan === null || field === undefined) {
    throw refuseRequest('BAD_USER_INPUT', 'The subscription selects nothing, or what only a query can answer.');
  }
  return { plan, field };
}

/** Where each watcher begins is its own; everything else that can change what is sent is in the key. */
function groupKey({ operation, variables }: ReadyOperation, field: FieldPlan, viewer: Viewer): string {
  const own = ownVariable(operation, field);
  const shared = own === null ? variables : { ...variables, [own]: undefined };
  const { name, loc } = operation.node;
  const asked = JSON.stringify([viewer.operator, name?.value, shared, loc?.source.body]);
  // Documents and variables may be long, and keys are kept.
  return createHash('sha256').update(asked).digest('base64');
}

const ownVariables = new WeakMap<Operation, string | null>();

/** The variable that gives `after` and nothing else. */
function ownVariable(operation: Operation, field: FieldPlan): string | null {
  let own = ownVariables.get(operation);
  if (own === undefined) {
    own = findOwnVariable(operation, field);
    ownVariables.set(operation, own);
  }
  return own;
}

function findOwnVariable(operation: Operation, field: FieldPlan): string | null {
  const after = field.nodes[0].arguments?.find(({ name }: ArgumentNode) => name.value === 'after');
  if (after?.value.kind !== Kind.VARIABLE) return null;
  const name = after.value.name.value;
  let uses = 0;
  visit(operation.document, {
    VariableDefinition: () => false,
    Variable(node) {
      if (node.name.value === name) uses += 1;
    },
  });
  return uses === 1 ? name : null;
}

/** Throws what a cursor deserves that cannot be continued from. */
async function placeAfter(
  { tail, queries }: SubscriberOptions,
  cursor: string | null | undefined,
): Promise<number | null> {
  if (cursor == null) return null;
  try {
    return Number(decodeEventCursor(cursor, tail.head));
  } catch {
    // Another instance may have read further than this one: what the ledger says itself decides.
    return Number(decodeEventCursor(cursor, await queries.ledger()));
  }
}
