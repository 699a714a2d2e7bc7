/** What all groups of watchers have in common. */
import type { Sequenced, Tail } from './tail.ts';
import type { Turns } from './turns.ts';
import type { Sink, Watcher } from './watcher.ts';

export interface Group {
  /** `after` is a place in the log; null: from now on. */
  watch(sink: Sink, after: number | null): Watcher;
  readonly size: number;
  /** Ends every stream, and tells why. */
  fail(error: unknown): void;
  close(): void;
}

export interface GroupSurroundings<Event extends Sequenced> {
  tail: Tail<Event>;
  /** Readings of the log for watchers that are behind, so many at a time in the whole process. */
  turns: Turns;
  onTrouble(error: unknown): void;
  /** Called when the last watcher has left. */
  onEmpty(): void;
}
