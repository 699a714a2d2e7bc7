/**
 * A WebSocket as a sink of the feed: finished frames, with the operation's id put into each. What the socket does not
 * take at once is not queued here; the watcher waits for the socket. An operation that its client has completed writes
 * nothing more, whatever still watches for it.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Frame } from '../../feed/groups/frame.ts';
import type { Sink } from '../../feed/groups/watcher.ts';
import { toPublicError } from '../../graphql/execution/errors.ts';
import { type FollowedOutlet, LEAST_AHEAD_BYTES } from '../limits/unsent-bytes.ts';
import type { HeldStream } from '../streams/held-stream.ts';

/** Bytes above which, as only large frames reach it, the other operations of the socket wait too. */
const MOST_BY_ALL = 256 * 1024;

/** The socket as its operations share it. */
export interface SharedSocket {
  webSocket: WebSocket;
  socket: Socket;
  outlet: FollowedOutlet;
}

export class SocketSink implements Sink {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #outlet: FollowedOutlet;
  readonly #end: string;
  readonly #stream: HeldStream;
  #ready: (() => void) | null = null;
  #closed = false;

  constructor({ webSocket, socket, outlet }: SharedSocket, operationId: string, stream: HeldStream) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#outlet = outlet;
    this.#end = `,"id":${JSON.stringify(operationId)}}`;
    this.#stream = stream;
  }

  write(frames: readonly Frame[]): number {
    if (this.#closed || this.#socket.writableLength > MOST_BY_ALL) return 0;
    const several = frames.length > 1;
    if (several) this.#socket.cork();
    let written = 0;
    let full = false;
    for (const { payload } of frames) {
      this.#webSocket.send(`{"type":"next","payload":${payload}${this.#end}`);
      written += 1;
      const { writableLength } = this.#socket;
      full = writableLength > LEAST_AHEAD_BYTES && writableLength > this.#outlet.ahead();
      if (full) break;
    }
    if (several) this.#socket.uncork();
    if (full) this.#outlet.measure();
    return written;
  }

  whenReady(listener: () => void): void {
    if (this.#closed) return;
    this.#ready = () => {
      this.#ready = null;
      listener();
    };
    // Far above the socket's own mark, so that it tells when it has drained.
    this.#socket.once('drain', this.#ready);
  }

  fail(error: unknown): void {
    this.#stream.fail(toPublicError(error, undefined));
  }

  /** Writes nothing from now on, and leaves nothing at the socket. */
  close(): void {
    this.#closed = true;
    if (this.#ready !== null) this.#socket.off('drain', this.#ready);
    this.#ready = null;
  }
}
