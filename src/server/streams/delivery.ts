/**
 * Whether the client of a stream takes what is written to it. A byte now and then is not enough: all that was waiting
 * at one look must be gone some looks later, or its memory would be held for as long as the client likes.
 */
import type { Socket } from 'node:net';

export class Delivery {
  readonly #socket: Socket;
  /** Bytes written since the connection began that are to be taken; null: nothing waits. */
  #mark: number | null = null;
  #late = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** The number of looks in a row, this one included, at which the same bytes were still waiting. */
  look(): number {
    const { writableLength, bytesWritten } = this.#socket;
    if (writableLength === 0) this.#begin(null);
    else if (this.#mark === null || bytesWritten - writableLength >= this.#mark) this.#begin(bytesWritten);
    else this.#late += 1;
    return this.#late;
  }

  #begin(mark: number | null): void {
    this.#mark = mark;
    this.#late = 0;
  }
}
