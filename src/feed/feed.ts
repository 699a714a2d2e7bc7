/**
 * Watchers by the thousand on one log: who asks the same is one group, which lives as long as somebody watches. The
 * feed knows nothing of GraphQL: a group is told how to answer.
 */
import { createEventGroup, type EventSource } from './event-group.ts';
import type { Group } from './group.ts';
import { createLatestGroup, type LatestSource } from './latest-group.ts';
import type { Sequenced, Tail } from './tail.ts';
import { createTurns } from './turns.ts';
import type { Sink, Watcher } from './watcher.ts';

export interface WatchRequest<Event> {
  /** Equal for watchers that are sent the same. */
  key: string;
  /** Made for the first watcher of a group only. What it throws, `watch` throws. */
  source: () => Source<Event>;
  /** Place in the log after which to begin; null: now. */
  after: number | null;
}

export type Source<Event> = { kind: 'events'; events: EventSource<Event> } | { kind: 'latest'; latest: LatestSource };

export interface Feed<Event> {
  /** Throws {@link TooManyGroups}. */
  watch(request: WatchRequest<Event>, sink: Sink): Watcher;
  readonly watchers: number;
  readonly groups: number;
  /** Calls back with the first watcher, and with the next first one after all have left. */
  onFirstWatcher(listener: () => void): void;
  /** Ends every stream, and tells why. */
  fail(error: unknown): void;
  close(): void;
}

/** Each different question answers each event anew, so their number is bounded. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

const MOST_GROUPS = 10_000;
/** Catching up asks the database, which others need too. */
const READINGS_AT_ONCE = 10;

export function createFeed<Event extends Sequenced>(
  tail: Tail<Event>,
  onTrouble: (error: unknown) => void,
): Feed<Event> {
  const groups = new Map<string, Group>();
  const turns = createTurns(READINGS_AT_ONCE);
  let onFirst = (): void => {};

  function groupOf({ key, source }: WatchRequest<Event>): Group {
    const known = groups.get(key);
    if (known !== undefined) return known;
    if (groups.size >= MOST_GROUPS) throw new TooManyGroups(`At most ${MOST_GROUPS} different subscriptions.`);
    const made = source();
    const onEmpty = (): void => {
      groups.get(key)?.close();
      groups.delete(key);
    };
    const surroundings = { tail, turns, onTrouble, onEmpty };
    const group =
      made.kind === 'events'
        ? createEventGroup(made.events, surroundings)
        : createLatestGroup(made.latest, surroundings);
    groups.set(key, group);
    if (groups.size === 1) onFirst();
    return group;
  }

  return {
    watch: (request, sink) => groupOf(request).watch(sink, request.after),
    get watchers() {
      let count = 0;
      for (const group of groups.values()) count += group.size;
      return count;
    },
    get groups() {
      return groups.size;
    },
    onFirstWatcher: (listener) => {
      onFirst = listener;
    },
    fail: (error) => {
      for (const group of [...groups.values()]) group.fail(error);
    },
    close: () => {
      for (const group of groups.values()) group.close();
      groups.clear();
    },
  };
}
