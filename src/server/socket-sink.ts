/**
 * A WebSocket as a sink of the feed: finished frames, with the operation's id put into each. What the socket does not
 * take at once is not queued here; the watcher waits for the socket.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Frame } from '../feed/frame.ts';
import type { Sink } from '../feed/watcher.ts';

/** Bytes written ahead of the network. More only means memory for a client that does not read. */
export const WRITTEN_AHEAD = 64 * 1024;

export class SocketSink implements Sink {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #end: string;
  readonly #onFail: (error: unknown) => void;

  constructor(webSocket: WebSocket, socket: Socket, operationId: string, onFail: (error: unknown) => void) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#end = `,"id":${JSON.stringify(operationId)}}`;
    this.#onFail = onFail;
  }

  write(frames: readonly Frame[]): number {
    const several = frames.length > 1;
    if (several) this.#socket.cork();
    let written = 0;
    for (const { payload } of frames) {
      this.#webSocket.send(`{"type":"next","payload":${payload}${this.#end}`);
      written += 1;
      if (this.#socket.writableLength > WRITTEN_AHEAD) break;
    }
    if (several) this.#socket.uncork();
    return written;
  }

  whenReady(listener: () => void): void {
    // Far above the socket's own mark, so that it tells when it has drained.
    this.#socket.once('drain', listener);
  }

  fail(error: unknown): void {
    this.#onFail(error);
  }
}
