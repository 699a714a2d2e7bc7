/**
 * From a subscription as it arrives to what the feed watches: who asks the same of the log with the same rights is
 * one group, from wherever each of them begins.
 */
import { createHash } from 'node:crypto';
import { type ArgumentNode, type GraphQLError, getArgumentValues, Kind, visit } from 'graphql';
import { type Source, TooManyGroups, type WatchRequest } from '../../feed/feed.ts';
import type { LatestValue } from '../../feed/groups/latest-group.ts';
import type { Sink, Watcher } from '../../feed/groups/watcher.ts';
import { CursorError, encodeEventCursor } from '../../feed/log/cursor.ts';
import { countSource } from '../../queries/counts/statistics-filter.ts';
import type { LoggedEvent } from '../../queries/events.ts';
import { demandOperator } from '../access/viewer.ts';
import type { Operation, PreparedDocument } from '../document/prepared-document.ts';
import type { Caller } from '../execution/caller.ts';
import { refuseRequest, toPublicError } from '../execution/errors.ts';
import { codeOf, planOf, type ReadyOperation, readyOperation } from '../execution/pipeline.ts';
import type { FieldPlan, TypePlan } from '../execution/plan.ts';
import { type FilterArgs, readFilter } from '../schema/analysis/statistics-arguments.ts';
import type { WatchArgs } from '../schema/events/event-arguments.ts';
import { createAnswerer, forFeed } from './answer-roots.ts';
import { createEventSource } from './event-source.ts';
import type { OperatorNotice } from './operator-notices.ts';
import { createOperatorSource } from './operator-source.ts';
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
  /** Where the watcher is by now, as its client would keep it; null: it is not in the log, or far behind its end. */
  cursor: () => string | null;
}

/** Begins to write into the sink; or answers the errors that say why not. */
export type Subscribe = (
  request: SubscribeRequest,
  sink: Sink,
) => Promise<Subscription | { errors: readonly GraphQLError[] }>;

export function createSubscriber(options: SubscriberOptions): Subscribe {
  const { observe } = options;
  const open = createOpening(options);
  return async (request, sink) => {
    const startedAt = performance.now();
    const opened = await open(request, sink);
    observe?.('subscription', 'errors' in opened ? codeOf(opened) : 'OK', performance.now() - startedAt);
    return opened;
  };
}

function createOpening(options: SubscriberOptions): Subscribe {
  const { tail, feed, log } = options;
  return async (request, sink) => {
    const ready = readyOperation(options, request);
    if ('errors' in ready) return ready;
    let leave = (): void => {};
    try {
      leave = await request.caller.admission.admit(request.caller, ready.units);
      const { viewer, address: owner } = request.caller;
      const asked = { ...ready, ...rootOf(options, ready), viewer };
      if (asked.field.name === 'operatorEvents') {
        demandOperator(viewer);
        // So that the first watcher, too, is told of all that waits.
        await options.operators.notices.look();
        return { watcher: watchNotices(options, asked, owner, sink), cursor: () => null };
      }
      const watched = await readRequest(options, asked, request);
      const watcher = feed.watch(watched, sink);
      const cursor = (): string | null => {
        const hash = tail.hashAt(watcher.sequence);
        if (hash === null && watcher.sequence > 0) return null;
        return encodeEventCursor(tail.head.epoch, BigInt(watcher.sequence), hash);
      };
      return { watcher, cursor: watched.inLog ? cursor : () => null };
    } catch (error) {
      if (error instanceof TooManyGroups) return { errors: [refuseRequest('RATE_LIMITED', error.message)] };
      return { errors: [toPublicError(error, log)] };
    } finally {
      leave();
    }
  };
}

/** A subscription whose arguments are not read yet. */
type AskedOperation = Omit<WatchedOperation, 'args'>;

/** From all that waits on. */
function watchNotices(options: SubscriberOptions, asked: AskedOperation, owner: string, sink: Sink): Watcher {
  const { feed, notices } = options.operators;
  const source = (): Source<OperatorNotice> => ({
    kind: 'events',
    events: createOperatorSource(options, { ...asked, args: {} }, notices),
  });
  return feed.watch({ key: groupKey(asked), owner, source, after: 0 }, sink);
}

async function readRequest(
  options: SubscriberOptions,
  asked: AskedOperation,
  request: SubscribeRequest,
): Promise<WatchRequest<LoggedEvent> & { inLog: boolean }> {
  const { field } = asked;
  const owner = request.caller.address;
  const args = getArgumentValues(field.definition, field.nodes[0], asked.variables);
  const key = groupKey(asked);
  // The schema has given the arguments these types.
  if (field.name === 'statistics') {
    const watched = { ...asked, args: args as FilterArgs };
    return { key, owner, inLog: false, after: null, source: () => statisticsSource(options, watched) };
  }
  const watched = { ...asked, args: args as unknown as WatchArgs };
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
function groupKey({ operation, variables, field, viewer }: AskedOperation): string {
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
    return Number(await queries.sequenceOf(cursor, tail.head, tail.hashAt));
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    // Another instance may have read further than this one: what the ledger says itself decides.
    return Number(await queries.sequenceOf(cursor, await queries.ledger()));
  }
}
