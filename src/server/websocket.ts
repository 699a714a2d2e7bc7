/**
 * Subscriptions and queries over WebSockets. graphql-ws speaks the protocol (graphql-transport-ws); finished frames
 * are written past it, straight to the socket, so that an event costs the same as a broadcast.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type GraphQLError, parse } from 'graphql';
import { type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { format } from '../graphql/answer.ts';
import { type Admission, type Allowance, clientGone } from '../graphql/caller.ts';
import { refuseRequest, toPublicError } from '../graphql/errors.ts';
import { schema } from '../graphql/schema.ts';
import type { Streams } from '../graphql/streams.ts';
import type { Viewer } from '../graphql/viewer.ts';
import type { ReadAddress } from './client-address.ts';
import type { Health } from './health.ts';
import { HeldStream } from './held-stream.ts';
import type { Log } from './log.ts';
import { type CountRequest, describeExceeded } from './request-rate.ts';
import { rawSecurityHeaders } from './security-headers.ts';
import { watchPeers } from './socket-peers.ts';
import { SocketSink } from './socket-sink.ts';
import type { StreamSlots } from './stream-slots.ts';

export interface WebSocketOptions {
  streams: Streams;
  slots: StreamSlots;
  readAddress: ReadAddress;
  count: CountRequest;
  admission: Admission;
  health: Health;
  log: Log;
  /** Milliseconds between two looks at who is silent. */
  look?: number;
}

export interface WebSockets {
  readonly size: number;
  /** Takes no new ones, and closes those that are open over so many milliseconds. */
  close(milliseconds: number): Promise<void>;
}

/** What graphql-ws keeps of a connection for us. */
interface Connection {
  webSocket: WebSocket;
  socket: Socket;
  address: string;
  authorization: string | undefined;
  viewer: Viewer;
  /** Of the queries under way: nobody waits for their answers once it is closed. */
  asking: Set<AbortController>;
}

const MOST_FRAME_BYTES = 64 * 1024;
const MOST_OPERATIONS = 20;
/** Answers to a client that sends without reading. */
const MOST_UNREAD_BYTES = 1024 * 1024;

export function acceptWebSockets(server: Server, options: WebSocketOptions): WebSockets {
  const { slots, readAddress, health, log } = options;
  const peers = watchPeers(options.look);
  const protocol = createProtocol(options);
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols,
  });

  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    duplex.on('error', () => duplex.destroy());
    const refusal = refusalOf(request, health);
    if (refusal !== null) return refuseUpgrade(duplex, refusal);
    const address = readAddress(request);
    const giveBack = slots.take(address);
    if (giveBack === null) return refuseUpgrade(duplex, 503);
    // On every ending, that of a failed handshake included.
    duplex.once('close', giveBack);
    upgrader.handleUpgrade(request, duplex, head, (webSocket) => {
      // An HTTP server's connections are sockets.
      const socket = duplex as Socket;
      // Each stalled operation waits for the socket to drain.
      socket.setMaxListeners(MOST_OPERATIONS + 10);
      peers.add(webSocket, socket);
      const { authorization } = request.headers;
      speak(protocol, { webSocket, socket, address, authorization, viewer: nobody, asking: new Set() }, log);
    });
  });
  return {
    get size() {
      return peers.size;
    },
    close: (milliseconds) => peers.closeAll(milliseconds),
  };
}

const nobody: Viewer = { operator: false };

function refusalOf(request: IncomingMessage, health: Health): number | null {
  if ((request.url ?? '/').split('?', 1)[0] !== '/graphql') return 404;
  return health.draining() ? 503 : null;
}

function refuseUpgrade(duplex: Duplex, status: number): void {
  const retry = status === 503 ? 'Retry-After: 5\r\n' : '';
  duplex.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n${rawSecurityHeaders}\r\n`,
  );
}

type Protocol = ReturnType<typeof createProtocol>;

function speak(protocol: Protocol, connection: Connection, log: Log): void {
  const { webSocket, socket } = connection;
  const closed = protocol.opened(
    {
      protocol: webSocket.protocol,
      send: (data) =>
        new Promise((resolve) => {
          // A client that is gone needs no answer; that it is gone is told by the closing.
          webSocket.send(data, () => resolve());
        }),
      close: (code, reason) => webSocket.close(code, reason),
      onMessage: (handle) => {
        webSocket.on('message', (data: RawData, isBinary: boolean) => {
          if (isBinary) return webSocket.close(4400, 'Text is expected');
          if (socket.writableLength > MOST_UNREAD_BYTES) return webSocket.terminate();
          handle(String(data)).catch((error: unknown) => {
            log.error({ err: error }, 'WebSocket message failed');
            // Not 4500, after which clients do not come back.
            webSocket.close(1013, 'Internal error');
          });
        });
      },
    },
    connection,
  );
  // The frame was too large or not one: ws has closed the socket with the code for that.
  webSocket.on('error', (error) => log.debug({ err: error }, 'WebSocket'));
  webSocket.once('close', (code, reason) => {
    for (const abort of connection.asking) abort.abort(clientGone);
    void closed(code, String(reason));
  });
}

/** graphql-ws finds out by its kind how an operation is to be run; ours all end like streams. */
const streamDocument = parse('subscription { stream }');

function createProtocol({ streams, count, admission, health }: WebSocketOptions) {
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: 3_000,
    /** False closes with 4403, after which a client may come back with another key. */
    onConnect: (ctx) => {
      const viewer = streams.readViewer(givenKey(ctx.connectionParams) ?? ctx.extra.authorization);
      if (viewer === null) return false;
      ctx.extra.viewer = viewer;
      return true;
    },
    onSubscribe: async (ctx, id, payload) => {
      if (Object.keys(ctx.subscriptions).length > MOST_OPERATIONS) return [tooManyOperations()];
      if (health.draining()) return [shuttingDown()];
      const allowance = await count(ctx.extra.address, ctx.extra.viewer);
      if (allowance.exceeded) return [tooManyRequests(allowance)];
      const opened = await open(streams, admission, ctx, id, payload);
      if (Array.isArray(opened)) return opened;
      return { schema, document: streamDocument, contextValue: opened } satisfies ExecutionArgs;
    },
    subscribe: (args: ExecutionArgs) => args.contextValue as HeldStream,
    onError: (_ctx, _id, _payload, errors) => errors.map(format),
  });
}

function givenKey(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = params?.authorization ?? params?.Authorization;
  return typeof given === 'string' ? given : undefined;
}

async function open(
  streams: Streams,
  admission: Admission,
  ctx: Context<Record<string, unknown>, Connection>,
  id: string,
  { query, variables, operationName }: SubscribePayload,
): Promise<HeldStream | readonly GraphQLError[]> {
  const { webSocket, socket, address, viewer, asking } = ctx.extra;
  const operation = { query, variables: variables ?? null, operationName: operationName ?? null };
  let close = (): void => {};
  const held = new HeldStream(() => close());
  const sink = new SocketSink(webSocket, socket, id, (error) => held.fail(toPublicError(error, undefined)));
  if (streams.kindOf(operation) === 'query') {
    const abort = new AbortController();
    asking.add(abort);
    const answer = await streams.run(operation, { viewer, address, admission, abort });
    asking.delete(abort);
    if (typeof answer !== 'string') return answer;
    // Completed by the client meanwhile: then it wants no answer.
    if (id in ctx.subscriptions) sink.write([{ sequence: 0, cursor: null, payload: answer }]);
    await held.return();
    return held;
  }
  const opened = await streams.subscribe({ ...operation, viewer, address }, sink);
  if ('errors' in opened) return opened.errors;
  close = () => opened.watcher.close();
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

function shuttingDown(): GraphQLError {
  return refuseRequest('SHUTTING_DOWN', 'This instance is closing; another one answers.');
}
