/**
 * What the client of a WebSocket sends, on its way to graphql-ws, which answers messages as they come: an id that is
 * completed and used again at once would be two operations to it. Here an id is taken from its `subscribe` to the end
 * of its cleaning, and only so many messages are being answered at a time; the others wait, and the socket with them.
 */
import { type Message, MessageType, parseMessage } from 'graphql-ws';

/** Resolves when the message is dealt with: a `subscribe` when its operation has ended and is cleaned up. */
export type HandleMessage = (data: string) => Promise<void>;

/** The socket that messages come from. */
export interface InboxSocket {
  end(code: number, reason: string): void;
  /** Stops reading from the socket, and goes on. */
  pause(): void;
  resume(): void;
  /** A message could not be answered. */
  fail(error: unknown): void;
}

export interface Operation {
  /** The client has completed it, or has been told its end: what remains is to clean up. */
  ending: boolean;
  /** Called when the client completes it. */
  onComplete: () => void;
  /** The `subscribe` that uses the id again, as soon as it is free. */
  next: string | null;
}

/** Messages being answered: twenty operations, and as many others whose answers wait for the network. */
const MOST_HANDLED = 40;
/** The rest of what was read from the network at once. */
const MOST_WAITING = 1_000;
const ID_IN_USE = 4409;
/** After this a client of graphql-ws does not come back by itself. */
const POLICY_VIOLATION = 1008;

export class SocketInbox {
  readonly #socket: InboxSocket;
  readonly #operations = new Map<string, Operation>();
  #handleMessage: HandleMessage = () => Promise.resolve();
  #waiting: string[] = [];
  #handled = 0;
  #reused = 0;
  #closed = false;

  constructor(socket: InboxSocket) {
    this.#socket = socket;
  }

  /** Messages go to this from now on. */
  start(handle: HandleMessage): void {
    this.#handleMessage = handle;
  }

  /** Operations that are opened, open or cleaned up, and those that wait for an id. */
  get operations(): number {
    return this.#operations.size + this.#reused;
  }

  /** The operation that uses an id now. */
  operation(id: string): Operation | undefined {
    return this.#operations.get(id);
  }

  /** To be called when the client is told the end of an operation, after which it may use the id again. */
  ended(id: string): void {
    const operation = this.#operations.get(id);
    if (operation !== undefined) operation.ending = true;
  }

  take(data: string): void {
    if (this.#closed) return;
    if (this.#handled < MOST_HANDLED && this.#waiting.length === 0) this.#accept(data);
    else if (this.#waiting.length >= MOST_WAITING) this.#socket.end(POLICY_VIOLATION, 'Too many messages at once');
    else {
      this.#waiting.push(data);
      this.#socket.pause();
    }
  }

  /** Nothing is taken from now on. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    for (const operation of this.#operations.values()) operation.next = null;
    this.#reused = 0;
  }

  #accept(data: string): void {
    const message = parse(data);
    if (message?.type === MessageType.Subscribe) this.#subscribe(message.id, data);
    else if (message?.type === MessageType.Complete) this.#complete(message.id, data);
    // What is no message is closed by graphql-ws, with the code for that.
    else void this.#handle(data);
  }

  #subscribe(id: string, data: string): void {
    const operation = this.#operations.get(id);
    if (operation === undefined) this.#begin(id, data);
    else if (!operation.ending || operation.next !== null) this.#socket.end(ID_IN_USE, 'The id is in use');
    else {
      operation.next = data;
      this.#reused += 1;
    }
  }

  #begin(id: string, data: string): void {
    const operation: Operation = { ending: false, onComplete: () => {}, next: null };
    this.#operations.set(id, operation);
    void this.#handle(data).then(() => {
      this.#operations.delete(id);
      if (operation.next === null) return;
      this.#reused -= 1;
      this.#begin(id, operation.next);
    });
  }

  #complete(id: string, data: string): void {
    const operation = this.#operations.get(id);
    // Completed by us meanwhile.
    if (operation === undefined) return;
    if (operation.next !== null) {
      operation.next = null;
      this.#reused -= 1;
      return;
    }
    if (operation.ending) return;
    operation.ending = true;
    operation.onComplete();
    void this.#handle(data);
  }

  async #handle(data: string): Promise<void> {
    this.#handled += 1;
    try {
      await this.#handleMessage(data);
    } catch (error) {
      this.#socket.fail(error);
    }
    this.#handled -= 1;
    this.#proceed();
  }

  #proceed(): void {
    if (this.#waiting.length === 0) return;
    while (this.#handled < MOST_HANDLED) {
      const data = this.#waiting.shift();
      if (data === undefined) break;
      this.#accept(data);
    }
    if (this.#waiting.length === 0 && !this.#closed) this.#socket.resume();
  }
}

/** Null for what is no message of the protocol. */
function parse(data: string): Message | null {
  try {
    return parseMessage(data);
  } catch {
    return null;
  }
}
