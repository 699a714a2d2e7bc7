/**
 * What is said over a WebSocket: graphql-ws speaks the protocol (graphql-transport-ws), and an operation is a stream to
 * it that yields nothing; finished frames are written past it, straight to the socket, so that an event costs the same
 * as a broadcast.
 */
import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, type GraphQLError, parse } from 'graphql';
import { type Context, makeServer, type SubscribePayload } from 'graphql-ws';
import { Abort } from '../../abort.ts';
import { format } from '../../graphql/execution/answer.ts';
import { type Admission, type Allowance, type Caller, clientGone } from '../../graphql/execution/caller.ts';
import { refuseRequest, toPublicError } from '../../graphql/execution/errors.ts';
import { schema } from '../../graphql/schema/schema.ts';
import type { Streams } from '../../graphql/subscriptions/streams.ts';
import type { Health } from '../health.ts';
import { type CountRequest, describeExceeded } from '../limits/request-rate.ts';
import type { UnsentBytes } from '../limits/unsent-bytes.ts';
import { HeldStream } from '../streams/held-stream.ts';
import type { SocketConnection } from './connection.ts';
import type { SocketInbox } from './inbox.ts';
import { SocketSink } from './sink.ts';

export interface ProtocolOptions {
  streams: Streams;
  count: CountRequest;
  admission: Admission;
  unsent: UnsentBytes;
  health: Health;
}

export const MOST_OPERATIONS = 20;

/** graphql-ws finds out by its kind how an operation is to be run; ours all end like streams. */
const streamDocument = parse('subscription { stream }');

export function createProtocol(options: ProtocolOptions) {
  const { streams, count, health } = options;
  return makeServer<Record<string, unknown>, SocketConnection>({
    connectionInitWaitTimeout: 3_000,
    /** False closes with 4403, after which a client may come back with another key. */
    onConnect: (ctx) => {
      const viewer = streams.readViewer(givenKey(ctx.connectionParams) ?? ctx.extra.authorization);
      if (viewer === null) return false;
      ctx.extra.viewer = viewer;
      return true;
    },
    onSubscribe: async (ctx, id, payload) => {
      if (await hasTooMany(ctx.extra.inbox)) return [tooManyOperations()];
      if (health.draining()) return [shuttingDown()];
      const allowance = await count(ctx.extra.address, ctx.extra.viewer);
      if (allowance.exceeded) return [tooManyRequests(allowance)];
      const opened = await open(options, ctx, id, payload);
      if (Array.isArray(opened)) return opened;
      return { schema, document: streamDocument, contextValue: opened } satisfies ExecutionArgs;
    },
    subscribe: (args: ExecutionArgs) => args.contextValue as HeldStream,
    onError: (ctx, id, _payload, errors) => {
      ctx.extra.inbox.ended(id);
      return errors.map(format);
    },
    onComplete: (ctx, id) => ctx.extra.inbox.ended(id),
  });
}

/** Counted again after what was completed in the same moment has been cleaned up. */
async function hasTooMany(inbox: SocketInbox): Promise<boolean> {
  if (inbox.operations <= MOST_OPERATIONS) return false;
  await setImmediate();
  return inbox.operations > MOST_OPERATIONS;
}

function givenKey(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = params?.authorization ?? params?.Authorization;
  return typeof given === 'string' ? given : undefined;
}

async function open(
  { streams, admission, unsent }: ProtocolOptions,
  ctx: Context<Record<string, unknown>, SocketConnection>,
  id: string,
  { query, variables, operationName }: SubscribePayload,
): Promise<HeldStream | readonly GraphQLError[]> {
  const connection = ctx.extra;
  const { viewer, address, inbox } = connection;
  const abort = new Abort();
  const caller: Caller = { viewer, address, admission, abort };
  const giveUp = (): void => abort.abort(clientGone);
  const operation = { query, variables: variables ?? null, operationName: operationName ?? null };
  let close = (): void => {};
  const held = new HeldStream(() => close());
  const sink = new SocketSink(connection, id, (error) => held.fail(toPublicError(error, undefined)));
  const own = inbox.operation(id);
  const onComplete = (): void => {
    sink.close();
    giveUp();
  };
  if (own !== undefined) own.onComplete = onComplete;
  // Completed while it was counted.
  if (own?.ending === true) onComplete();
  if (streams.kindOf(operation) === 'query') {
    connection.own(giveUp);
    const answer = await streams.run(operation, caller);
    connection.disown(giveUp);
    if (typeof answer !== 'string') return answer;
    if (unsent.exceeded(address, Buffer.byteLength(answer)) !== null) return [tooMuchUnread()];
    sink.write([{ sequence: 0, cursor: null, payload: answer }]);
    await held.return();
    return held;
  }
  const opened = await streams.subscribe({ ...operation, caller }, sink);
  if ('errors' in opened) return opened.errors;
  close = () => {
    sink.close();
    opened.watcher.close();
    connection.disown(close);
  };
  connection.own(close);
  return held;
}

function tooManyOperations(): GraphQLError {
  return refuseRequest('RATE_LIMITED', `A socket may have ${MOST_OPERATIONS} operations at a time.`, {
    limit: { name: 'operations', most: MOST_OPERATIONS, found: null },
  });
}

function tooManyRequests(allowance: Allowance): GraphQLError {
  const { message, extensions } = describeExceeded(allowance);
  return refuseRequest('RATE_LIMITED', message, extensions);
}

function tooMuchUnread(): GraphQLError {
  return refuseRequest('RATE_LIMITED', 'Earlier answers have not been read. Read them, then ask again.');
}

function shuttingDown(): GraphQLError {
  return refuseRequest('SHUTTING_DOWN', 'This instance is closing; another one answers.');
}
