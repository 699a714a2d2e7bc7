/**
 * One WebSocket with what belongs to it: its watchers, what waits to be handled, what waits to be taken. It lets go of
 * them when it ends, by either side, and does not wait for a client that is told to close.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Viewer } from '../../graphql/execution/viewer.ts';
import type { FollowedOutlet, UnsentBytes } from '../limits/unsent-bytes.ts';
import type { Log } from '../log.ts';
import { SocketInbox } from './inbox.ts';
import { TRY_AGAIN_LATER } from './peers.ts';

export interface SocketConnectionParts {
  unsent: UnsentBytes;
  log: Log;
}

export class SocketConnection {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** As limits count it. */
  readonly address: string;
  readonly authorization: string | undefined;
  viewer: Viewer = { operator: false };
  readonly inbox: SocketInbox;
  readonly outlet: FollowedOutlet;
  closed = false;
  readonly #watchers = new Set<() => void>();

  constructor(
    webSocket: WebSocket,
    socket: Socket,
    { headers }: IncomingMessage,
    address: string,
    { unsent, log }: SocketConnectionParts,
  ) {
    this.webSocket = webSocket;
    this.socket = socket;
    this.address = address;
    this.authorization = headers.authorization;
    this.inbox = new SocketInbox({
      close: (code, reason) => this.end(code, reason),
      pause: () => webSocket.pause(),
      resume: () => webSocket.resume(),
      onFailure: (error) => {
        log.error({ err: error }, 'WebSocket message failed');
        // Not 4500, after which clients do not come back.
        this.end(TRY_AGAIN_LATER, 'Internal error');
      },
    });
    this.outlet = unsent.follow({
      address,
      unsent: () => socket.writableLength,
      close: () => {
        this.end(TRY_AGAIN_LATER, 'Too much was not read');
        webSocket.terminate();
      },
    });
    socket.once('close', () => {
      this.#release();
      this.outlet.leave();
    });
  }

  /** Ends a watcher with the connection, at once where that has ended. */
  own(endWatcher: () => void): void {
    if (this.closed) endWatcher();
    else this.#watchers.add(endWatcher);
  }

  disown(endWatcher: () => void): void {
    this.#watchers.delete(endWatcher);
  }

  end(code: number, reason: string): void {
    this.#release();
    // More bytes than that are no reason to the protocol.
    this.webSocket.close(code, Buffer.from(reason).subarray(0, 120));
  }

  #release(): void {
    this.closed = true;
    this.inbox.close();
    for (const endWatcher of [...this.#watchers]) endWatcher();
    this.#watchers.clear();
  }
}
