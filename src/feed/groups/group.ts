/** What all groups of watchers have in common. */
import { setMaxListeners } from 'node:events';
import type { LogView, Sequenced } from '../log/tail.ts';
import type { Backoff } from '../scheduling/backoff.ts';
import type { ConcurrencyLimit } from '../scheduling/concurrency-limit.ts';
import type { Memory } from './memory.ts';
import type { Sink, Watcher } from './watcher.ts';

export interface Group {
  /** `after` is a place in the log; null: from now on. `onClose` is told once, when the watcher has left. */
  watch(sink: Sink, after: number | null, onClose: () => void): Watcher;
  readonly size: number;
  /** Ends every stream, and tells why. */
  fail(error: unknown): void;
  /** What is under way for it ends. */
  close(): void;
}

export interface GroupSurroundings<Event extends Sequenced> {
  tail: LogView<Event>;
  /** Answers to what is new, so many at a time in the whole process. */
  answers: ConcurrencyLimit;
  /** Readings of the log for watchers that are behind, the same. */
  readings: ConcurrencyLimit;
  memory: Memory;
  backoff: Backoff;
  /** Whose group it is by now, among whom turns are shared out. */
  owner: () => string;
  onTrouble(error: unknown): void;
  /** Called when the last watcher has left. */
  onEmpty(): void;
}

/** Ends what is under way for a group. */
export function createEnding(): AbortController {
  const ending = new AbortController();
  // Each place in the log that is read waits for it, which is no leak: they leave it when they settle.
  setMaxListeners(0, ending.signal);
  return ending;
}
