/**
 * Watchers by the thousand on one log: who asks the same is one group, which lives as long as somebody watches. The
 * feed knows nothing of GraphQL: a group is told how to answer.
 */

import { createEventGroup, type EventSource } from './groups/event-group.ts';
import type { Group } from './groups/group.ts';
import { createLatestGroup, type LatestSource } from './groups/latest-group.ts';
import { createMemory, type Memory } from './groups/memory.ts';
import { createOwners } from './groups/owners.ts';
import type { Sink, Watcher } from './groups/watcher.ts';
import type { LogView, Sequenced } from './log/tail.ts';
import { createBackoffRecords } from './scheduling/backoff-records.ts';
import { createConcurrencyLimit } from './scheduling/concurrency-limit.ts';

export interface WatchRequest<Event> {
  /** Equal for watchers that are sent the same. */
  key: string;
  /** The client's address: whose share of groups and of turns it takes. */
  owner: string;
  /** Made for the first watcher of a group only. What it throws, `watch` throws. */
  source: () => Source<Event>;
  /** Place in the log after which to begin; null: now. */
  after: number | null;
}

export type Source<Event> = { kind: 'events'; events: EventSource<Event> } | { kind: 'latest'; latest: LatestSource };

export interface Feed<Event> {
  /** Throws {@link TooManyGroups}, and TooExpensive while that group is refused. */
  watch(request: WatchRequest<Event>, sink: Sink): Watcher;
  readonly watchers: number;
  readonly groups: number;
  /** Characters that all groups keep of what was answered. */
  readonly keptCharacters: number;
  /** Pieces of work that wait for their turn, and that have it. */
  readonly work: { waiting: number; running: number };
  /** Calls back with the first watcher, and with the next first one after all have left. */
  onFirstWatcher(listener: () => void): void;
  /** Ends every stream, and tells why. */
  fail(error: unknown): void;
  close(): void;
}

/** Each different question answers each event anew, so their number is bounded, for an owner and in all. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

const MOST_GROUPS = 10_000;
const MOST_GROUPS_PER_OWNER = 20;
/** Both ask the database, which others need too; what is new does not wait for who catches up. */
const ANSWERS_AT_ONCE = 5;
const READINGS_AT_ONCE = 5;

export interface FeedLimits {
  groupsPerOwner?: number;
  memory?: Memory;
}

export function createFeed<Event extends Sequenced>(
  tail: LogView<Event>,
  onTrouble: (error: unknown) => void,
  { groupsPerOwner = MOST_GROUPS_PER_OWNER, memory = createMemory() }: FeedLimits = {},
): Feed<Event> {
  const groups = new Map<string, Group>();
  const owners = createOwners(groupsPerOwner);
  const records = createBackoffRecords();
  const answers = createConcurrencyLimit(ANSWERS_AT_ONCE);
  const readings = createConcurrencyLimit(READINGS_AT_ONCE);
  let onFirst = (): void => {};

  function groupOf({ key, source, owner }: WatchRequest<Event>): Group {
    if (!owners.mayEnter(owner, key)) {
      throw new TooManyGroups(`At most ${groupsPerOwner} different subscriptions from one address.`);
    }
    const known = groups.get(key);
    if (known !== undefined) return known;
    if (groups.size >= MOST_GROUPS) throw new TooManyGroups(`At most ${MOST_GROUPS} different subscriptions.`);
    const backoff = records.of(key);
    backoff.check();
    const made = source();
    const onEmpty = (): void => {
      groups.get(key)?.close();
      groups.delete(key);
      records.remember(key, backoff);
    };
    const ownerOf = (): string => owners.of(key);
    const surroundings = { tail, answers, readings, memory, backoff, owner: ownerOf, onTrouble, onEmpty };
    const group =
      made.kind === 'events'
        ? createEventGroup(made.events, surroundings)
        : createLatestGroup(made.latest, surroundings);
    groups.set(key, group);
    if (groups.size === 1) onFirst();
    return group;
  }

  return {
    watch: (request, sink) => {
      const group = groupOf(request);
      return group.watch(sink, request.after, owners.enter(request.owner, request.key));
    },
    get watchers() {
      let count = 0;
      for (const group of groups.values()) count += group.size;
      return count;
    },
    get groups() {
      return groups.size;
    },
    get keptCharacters() {
      return memory.characters;
    },
    get work() {
      return {
        waiting: answers.waiting + readings.waiting,
        running: answers.running + readings.running,
      };
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
