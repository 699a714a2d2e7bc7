/** A log in memory with its tail, and sinks to watch it by: what the feed needs beside the answers. */
import { onTestFinished } from 'vitest';
import type { EventSource } from '../../../src/feed/groups/event-group.ts';
import type { Frame } from '../../../src/feed/groups/frame.ts';
import type { Sink } from '../../../src/feed/groups/watcher.ts';
import { startTail, type Tail } from '../../../src/feed/log/tail.ts';

export interface Numbered {
  sequence: number;
}

export class MemoryLog {
  last = 0;
  #wake = (): void => {};

  append(count = 1): void {
    this.last += count;
    this.#wake();
  }

  async start(keep = 2_000): Promise<Tail<Numbered>> {
    const tail = await startTail<Numbered>({
      readHead: async () => ({
        ...{ epoch: 'memory', lastSequence: BigInt(this.last), lastHash: null, revision: String(this.last) },
      }),
      readEvents: async (after, limit) => this.between(after, limit),
      listen: async (wake) => {
        this.#wake = wake;
        return async () => {};
      },
      renewEpoch: async () => {},
      onTrouble: () => {},
      keep,
    });
    onTestFinished(() => tail.close());
    return tail;
  }

  between(after: number, limit: number): Numbered[] {
    const count = Math.max(0, Math.min(limit, this.last - after));
    return Array.from({ length: count }, (_, index) => ({ sequence: after + index + 1 }));
  }
}

/** Answers each event with its number in so many characters; `ask` is awaited before every answer and reading. */
export function numberSource(
  log: MemoryLog,
  given: {
    ask?: (kind: 'answer' | 'read', signal: AbortSignal) => Promise<void>;
    cost?: number;
    characters?: number;
  } = {},
): EventSource<Numbered> {
  const { ask = async () => {}, cost = 1, characters = 10 } = given;
  const frames = (events: readonly Numbered[]): Frame[] =>
    events.map(({ sequence }) => ({
      ...{ sequence, cursor: String(sequence) },
      payload: String(sequence).padEnd(characters, ' '),
    }));
  return {
    ...{ cost, atOnce: 100, match: (events) => events },
    answer: async (events, signal) => {
      await ask('answer', signal);
      return { frames: frames(events), scannedTo: events.at(-1)?.sequence ?? 0 };
    },
    read: async (after, signal) => {
      await ask('read', signal);
      const events = log.between(after, 100);
      return { frames: frames(events), scannedTo: events.at(-1)?.sequence ?? after };
    },
  };
}

/** Takes so many frames at a time; has room again when the test says so. */
export class TestSink implements Sink {
  readonly taken: number[] = [];
  readonly failures: unknown[] = [];
  #ready: (() => void)[] = [];
  readonly #width: number;

  constructor(width = Number.POSITIVE_INFINITY) {
    this.#width = width;
  }

  write(frames: readonly Frame[]): number {
    const some = frames.slice(0, this.#width);
    this.taken.push(...some.map(({ sequence }) => sequence));
    return some.length;
  }

  whenReady(listener: () => void): void {
    this.#ready.push(listener);
  }

  drain(): void {
    for (const listener of this.#ready.splice(0)) listener();
  }

  fail(error: unknown): void {
    this.failures.push(error);
  }
}
