/**
 * One WebSocket with what belongs to it: its watchers, what waits to be handled, what waits to be taken. It lets go of
 * them when it ends, by either side, and does not wait for a client that is told to close.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { onceAborted } from '../../abort.ts';
import { anybody, type Viewer } from '../../graphql/access/viewer.ts';
import type { FollowedOutlet, Outlet, UnsentBytes } from '../limits/unsent-bytes.ts';
import type { Log } from '../log.ts';
import { type InboxSocket, SocketInbox } from './inbox.ts';
import { TRY_AGAIN_LATER } from './peers.ts';

export interface SocketConnectionParts {
  unsent: UnsentBytes;
  log: Log;
}

/** After which a client may come back with another key. */
const FORBIDDEN = 4403;

export class SocketConnection implements InboxSocket, Outlet {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** As limits count it. */
  readonly address: string;
  readonly authorization: string | undefined;
  viewer: Viewer = anybody;
  readonly inbox: SocketInbox;
  readonly outlet: FollowedOutlet;
  closed = false;
  readonly #watchers = new Set<() => void>();
  readonly #log: Log;

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
    this.#log = log;
    this.inbox = new SocketInbox(this);
    this.outlet = unsent.follow(this);
    socket.once('close', () => {
      this.#release();
      this.outlet.leave();
    });
  }

  /** Whose connection it is. It ends with their key. */
  admit(viewer: Viewer): void {
    this.viewer = viewer;
    if (viewer.key === undefined) return;
    const stop = onceAborted(viewer.key.ended, () => this.end(FORBIDDEN, 'The key no longer holds'));
    this.socket.once('close', stop);
  }

  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  fail(error: unknown): void {
    this.#log.error({ err: error }, 'WebSocket message failed');
    // Not 4500, after which clients do not come back.
    this.end(TRY_AGAIN_LATER, 'Internal error');
  }

  unsent(): number {
    return this.socket.writableLength;
  }

  /** Ends a client that does not read. */
  close(): void {
    this.end(TRY_AGAIN_LATER, 'Too much was not read');
    this.webSocket.terminate();
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
