/**
 * A response whose answer is refused where its bytes do not fit beside those that clients have not taken yet, and
 * counted among them until it is taken. The head waits for the first bytes, so that it can still become a refusal.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { UnsentBytes } from '../limits/unsent-bytes.ts';
import { refuse } from './refuse.ts';

/** What is measured, and for whom. */
export interface Measure {
  unsent: UnsentBytes;
  address: string;
}

export class MeasuredResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  #measure: Measure | null = null;
  #head: HeadArguments | null = null;
  #admitted = true;
  #refused = false;
  #counted = false;

  /** To be called before anything is written; without it this is an ordinary response. */
  measure(measure: Measure): void {
    this.#measure = measure;
    this.#admitted = false;
  }

  override writeHead(...head: HeadArguments): this {
    if (this.#refused) return this;
    // Node comes here too, for the head that nobody wrote, once the bytes are admitted.
    if (this.#admitted) {
      writeHead.apply(this, head);
      return this;
    }
    this.#head = head;
    return this;
  }

  override write(...given: [chunk: unknown, ...rest: unknown[]]): boolean {
    if (!this.#admit(given[0])) return true;
    const goesOn = write.apply(this, given);
    this.#count();
    return goesOn;
  }

  override end(...given: unknown[]): this {
    if (!this.#admit(given[0])) return this;
    end.apply(this, given);
    this.#count();
    return this;
  }

  #admit(chunk: unknown): boolean {
    if (this.#refused || this.#admitted || this.#measure === null) return !this.#refused;
    this.#admitted = true;
    const exceeded = this.#measure.unsent.exceeded(this.#measure.address, sizeOf(chunk));
    if (exceeded !== null) {
      // Of the answer that is not given.
      for (const name of ['etag', 'cache-control', 'content-encoding', 'vary']) this.removeHeader(name);
      refuse(this, exceeded === 'address' ? addressReadsTooLittle : processIsFull);
      this.#refused = true;
      return false;
    }
    if (this.#head !== null) writeHead.apply(this, this.#head);
    return true;
  }

  /** What the network took at once is most often all of it. */
  #count(): void {
    if (this.#measure === null || this.#counted || this.writableLength === 0) return;
    this.#counted = true;
    const { unsent, address } = this.#measure;
    this.once('close', unsent.hold(address, this.writableLength));
  }
}

type HeadArguments = [status: number, ...rest: unknown[]];

/** Node's own, under types that do not tell their many forms apart: arguments are handed on as they came. */
const { writeHead, write, end } = ServerResponse.prototype as unknown as {
  writeHead: (...head: HeadArguments) => unknown;
  write: (...given: unknown[]) => boolean;
  end: (...given: unknown[]) => unknown;
};

function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

const addressReadsTooLittle = {
  status: 429,
  code: 'RATE_LIMITED',
  message: 'Earlier answers to this address have not been read. Read them, then ask again.',
  headers: { 'retry-after': '5' },
} as const;

const processIsFull = {
  status: 503,
  code: 'UNAVAILABLE',
  message: 'Too much waits to be read by others. Try again in a moment.',
  headers: { 'retry-after': '5' },
} as const;
