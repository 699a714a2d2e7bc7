/**
 * WebSockets from the upgrade to the end: who gets one, what a client may send over it at most, and that nothing of a
 * connection is left when it closes. What is said over them is the protocol's.
 */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { type RawData, WebSocketServer } from 'ws';
import type { ResponseQueue } from '../http/response-queue.ts';
import { rawSecurityHeaders } from '../http/security-headers.ts';
import type { ReadAddress } from '../limits/client-address.ts';
import type { Log } from '../log.ts';
import type { StreamSlots } from '../streams/stream-slots.ts';
import { SocketConnection } from './connection.ts';
import { TRY_AGAIN_LATER, watchPeers } from './peers.ts';
import { createProtocol, MOST_OPERATIONS, type ProtocolOptions } from './protocol.ts';

export interface WebSocketOptions extends ProtocolOptions {
  slots: StreamSlots;
  readAddress: ReadAddress;
  line: ResponseQueue;
  log: Log;
  /** Milliseconds between two looks at who is silent. */
  look?: number;
}

export interface WebSockets {
  readonly size: number;
  /** Takes no new ones, and closes those that are open over so many milliseconds. */
  close(milliseconds: number): Promise<void>;
}

const MOST_FRAME_BYTES = 64 * 1024;
/** Pieces in which a frame may come. */
const MOST_FRAGMENTS = 256;
const MOST_CHUNKS = 4_096;
/** Answers to a client that sends without reading. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Pongs are not worth more than that. */
const MOST_UNREAD_AT_PING = 16 * 1024;
/** Messages, pings and pongs that count as one operation, so that they are limited too. */
const FRAMES_PER_OPERATION = 100;
/** Enough for who means to close; others are cut. */
const CLOSING_MILLISECONDS = 2_000;

export function acceptWebSockets(server: Server, options: WebSocketOptions): WebSockets {
  const { slots, readAddress, line } = options;
  const peers = watchPeers(options.look);
  const protocol = createProtocol(options);
  const upgrader = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false, autoPong: false, handleProtocols },
    ...{ maxPayload: MOST_FRAME_BYTES, maxFragments: MOST_FRAGMENTS, maxBufferedChunks: MOST_CHUNKS },
    // Not yet known to the types.
    ...{ closeTimeout: CLOSING_MILLISECONDS },
  });

  server.on('upgrade', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    duplex.on('error', () => duplex.destroy());
    // Sent without waiting for an answer, whose bytes would be taken for frames.
    if (line.isBusy(duplex)) return duplex.destroy();
    const refusal = refusalOf(request, options);
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
      speak(protocol, new SocketConnection(webSocket, socket, request, address, options), options);
    });
  });
  return {
    get size() {
      return peers.size;
    },
    close: (milliseconds) => peers.closeAll(milliseconds),
  };
}

function refusalOf(request: IncomingMessage, { health }: WebSocketOptions): number | null {
  if ((request.url ?? '/').split('?', 1)[0] !== '/graphql') return 404;
  return health.draining() ? 503 : null;
}

function refuseUpgrade(duplex: Duplex, status: number): void {
  const retry = status === 503 ? 'Retry-After: 5\r\n' : '';
  const answer = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n${rawSecurityHeaders}\r\n`;
  // The HTTP server has let go of it, so nobody else would cut a client that does not close.
  duplex.end(answer, () => duplex.destroy());
}

type Protocol = ReturnType<typeof createProtocol>;

function speak(protocol: Protocol, connection: SocketConnection, { count, log }: WebSocketOptions): void {
  const { webSocket, socket, inbox } = connection;
  const closed = protocol.opened(
    {
      protocol: webSocket.protocol,
      send: (data) =>
        new Promise((resolve) => {
          // A client that is gone needs no answer; that it is gone is told by the closing.
          webSocket.send(data, () => resolve());
        }),
      close: (code = 1000, reason = '') => connection.end(code, reason),
      onMessage: (handle) => inbox.start(handle),
    },
    connection,
  );
  let frames = 0;
  const countFrame = (): void => {
    frames += 1;
    if (frames % FRAMES_PER_OPERATION !== 0) return;
    void count(connection.address, connection.viewer).then(({ exceeded }) => {
      if (exceeded) connection.end(TRY_AGAIN_LATER, 'Too many messages');
    });
  };
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    if (connection.closed) return;
    countFrame();
    if (isBinary) connection.end(4400, 'Text is expected');
    else if (socket.writableLength > MOST_UNREAD_BYTES) webSocket.terminate();
    else inbox.take(String(data));
  });
  webSocket.on('ping', (data) => {
    countFrame();
    if (!connection.closed && socket.writableLength < MOST_UNREAD_AT_PING) webSocket.pong(data);
  });
  webSocket.on('pong', countFrame);
  // The frame was too large or not one: ws has closed the socket with the code for that.
  webSocket.on('error', (error) => log.debug({ err: error }, 'WebSocket'));
  webSocket.once('close', (code, reason) => void closed(code, String(reason)));
}
