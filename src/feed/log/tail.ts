/**
 * The newest part of the log in memory, one per process, from which all watchers are served. Reading the log again
 * every second is the truth; a notification only makes it sooner, and one that is lost costs that second. What lies
 * between the log and its readers is a number each: nobody is pushed anything.
 */

import { withTimeout } from '../scheduling/with-timeout.ts';
import type { LogPosition } from './cursor.ts';
import { createWakeUp } from './wake-up.ts';

/** Where the log stands, and the ledger with it. */
export interface LogHead extends LogPosition {
  revision: string;
}

/** An event as the tail keeps it. Sequences are whole numbers far below 2^53. */
export interface Sequenced {
  sequence: number;
  hash?: string | null;
}

export interface TailOptions<Event extends Sequenced> {
  readHead(): Promise<LogHead>;
  /** At most `limit` events after this sequence, in their order. */
  readEvents(after: number, limit: number): Promise<Event[]>;
  /** Calls back on each wake-up and after every reconnect; null where there is none and only polling is left. */
  listen: ((wake: () => void) => Promise<() => Promise<void>>) | null;
  /** Called when the log is another one under the same epoch, as after a restore: makes old cursors stale. */
  renewEpoch(stale: LogHead): Promise<void>;
  onTrouble(error: unknown): void;
  /** Between two looks at a log that wakes nobody; a second unless given. */
  pollMilliseconds?: number | undefined;
  /** A reading that has no answer by then is given up, and tried anew. */
  patienceMilliseconds?: number;
  /** Events kept for readers that are a little behind. */
  keep?: number;
}

export interface Tail<Event extends Sequenced> {
  /** As far as this process has read. */
  readonly head: LogHead;
  readonly lastSequence: number;
  /** When the log was last read to its end, as `performance.now()`. */
  readonly readAt: number;
  /** Milliseconds, since it began, for which the log's readings waited for their answers: how busy the database is. */
  readonly waited: number;
  /** Of the event with this sequence; null where it is not known here. */
  hashAt(sequence: number): string | null;
  /** At most `limit` events after this sequence; null when they are no longer kept. */
  after(sequence: number, limit: number): readonly Event[] | null;
  /** Calls back after the head moved. Answers how to stop that. */
  onMove(listener: () => void): () => void;
  /** Calls back when the log was rebuilt: cursors given out before are stale. */
  onRebuilt(listener: () => void): () => void;
  close(): Promise<void>;
}

/** As much of a tail as groups of watchers need: a log that is no ledger's has no more. */
export type LogView<Event extends Sequenced> = Pick<Tail<Event>, 'lastSequence' | 'after' | 'onMove'>;

const EVENTS_AT_ONCE = 500;

/** Resolves once the head is known. */
export async function startTail<Event extends Sequenced>(options: TailOptions<Event>): Promise<Tail<Event>> {
  const { keep = 2_000, pollMilliseconds = 1_000, patienceMilliseconds = 10_000 } = options;
  const readHead = (): Promise<LogHead> => withTimeout(patienceMilliseconds, options.readHead());
  const readEvents = (after: number): Promise<Event[]> =>
    withTimeout(patienceMilliseconds, options.readEvents(after, EVENTS_AT_ONCE));
  const moved = new Set<() => void>();
  const rebuilt = new Set<() => void>();
  const wakeUp = createWakeUp();
  const closing = new AbortController();
  let head = await options.readHead();
  let last = Number(head.lastSequence);
  let kept = await readEnd();
  /** Of the event before those that are kept, where it is known. */
  let hashBefore = kept.length === 0 ? head.lastHash : null;
  let readAt = performance.now();
  let waited = 0;
  let readingSince: number | null = null;

  /** Who comes back after a restart stands shortly before the end. */
  async function readEnd(): Promise<Event[]> {
    if (last === 0) return [];
    const events = (await readEvents(Math.max(0, last - EVENTS_AT_ONCE))).filter(({ sequence }) => sequence <= last);
    return events.at(-1)?.hash === head.lastHash ? events : [];
  }

  async function readOn(): Promise<void> {
    const before = head;
    const found = await readHead();
    if (found.epoch !== head.epoch) return startOver(found);
    const hasStayed = found.lastSequence === head.lastSequence;
    if (found.lastSequence < head.lastSequence || (hasStayed && found.lastHash !== head.lastHash)) return renew(found);
    while (last < Number(found.lastSequence)) {
      // With the one that is known: after a restore there is another in its place.
      const events = await readEvents(Math.max(0, last - 1));
      const known = last === 0 ? undefined : events.shift();
      if ((known?.hash ?? null) !== hashAt(last)) return renew(found);
      keepEvents(events);
      head = { ...found, lastSequence: BigInt(last), lastHash: hashAt(last) };
      for (const listener of moved) listener();
    }
    head = { ...found, lastSequence: BigInt(last), lastHash: hashAt(last) };
    if (head.revision !== before.revision) for (const listener of moved) listener();
  }

  function keepEvents(events: readonly Event[]): void {
    for (const event of events) {
      // Numbers are given in commit order, so what is readable has no gaps: one would be a lost event.
      if (event.sequence !== last + 1) throw new Error(`The log has ${event.sequence} after ${last}.`);
      kept.push(event);
      last = event.sequence;
    }
    if (events.length === 0) throw new Error(`The log ends before its own count, after ${last}.`);
    if (kept.length <= 2 * keep) return;
    hashBefore = kept.at(-keep - 1)?.hash ?? null;
    kept = kept.slice(-keep);
  }

  function hashAt(sequence: number): string | null {
    const place = kept.length - 1 - (last - sequence);
    return (place === -1 ? hashBefore : kept[place]?.hash) ?? null;
  }

  async function renew(stale: LogHead): Promise<void> {
    await withTimeout(patienceMilliseconds, options.renewEpoch(stale));
    startOver(await readHead());
  }

  function startOver(found: LogHead): void {
    head = found;
    last = Number(found.lastSequence);
    kept = [];
    hashBefore = found.lastHash;
    for (const listener of rebuilt) listener();
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      await wakeUp.wait(pollMilliseconds);
      if (closing.signal.aborted) return;
      readingSince = performance.now();
      try {
        await readOn();
        readAt = performance.now();
      } catch (error) {
        options.onTrouble(error);
      } finally {
        waited += performance.now() - readingSince;
        readingSince = null;
      }
    }
  }

  const unlisten = await options.listen?.(wakeUp.notify);
  const following = follow();
  return {
    get head() {
      return head;
    },
    get lastSequence() {
      return last;
    },
    get readAt() {
      return readAt;
    },
    get waited() {
      return waited + (readingSince === null ? 0 : performance.now() - readingSince);
    },
    hashAt,
    after: (sequence, limit) => {
      const missed = last - sequence;
      if (missed > kept.length) return null;
      const start = kept.length - missed;
      return missed <= 0 ? [] : kept.slice(start, start + limit);
    },
    onMove: (listener) => register(moved, listener),
    onRebuilt: (listener) => register(rebuilt, listener),
    close: async () => {
      closing.abort();
      wakeUp.notify();
      await following;
      await unlisten?.();
    },
  };
}

function register(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
