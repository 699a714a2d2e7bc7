/**
 * The watchers of events of one operation, with the same variables and rights. An event is answered once for all of
 * them, as one frame; the newest frames are kept, and each watcher takes them at its own pace.
 */

import type { Sequenced } from '../log/tail.ts';
import { TooExpensive } from '../scheduling/answer-errors.ts';
import { type ConcurrencyLimit, createConcurrencyLimit } from '../scheduling/concurrency-limit.ts';
import { retryUntilAnswered } from '../scheduling/retry.ts';
import { createWeight } from '../scheduling/weight.ts';
import { createAudience } from './audience.ts';
import type { Page } from './frame.ts';
import { createEnding, type Group, type GroupSurroundings } from './group.ts';
import { createReadings } from './readings.ts';
import { createRing } from './ring.ts';

/** How a group answers events. Both reject with what answer-errors.ts names; `signal` ends what nobody waits for. */
export interface EventSource<Event> {
  /** Objects that one event's answer may have at most. */
  cost: number;
  /** Events that are looked at together. */
  atOnce: number;
  /** Those that can match, found in memory. */
  match(events: readonly Event[]): readonly Event[];
  /** Frames of those that match, in their order, up to the event that `scannedTo` says: that may not be the last. */
  answer(events: readonly Event[], signal: AbortSignal): Promise<Page>;
  /** From the log: frames of events that match after this place, at most `atOnce`. */
  read(after: number, signal: AbortSignal): Promise<Page>;
}

/** Places in the log that one group reads from at once. */
const READINGS_AT_ONCE = 2;

export function createEventGroup<Event extends Sequenced>(
  source: EventSource<Event>,
  surroundings: GroupSurroundings<Event>,
): Group {
  const { tail, memory, backoff, owner, onTrouble, onEmpty } = surroundings;
  const ending = createEnding();
  const { signal } = ending;
  const weight = createWeight(source.cost);
  const retryOptions = {
    ...{ signal, onTrouble, backoff },
    place: () => ({ weight: weight.milliseconds, owner: owner() }),
  };
  const ownReadings = createConcurrencyLimit(READINGS_AT_ONCE);
  const ring = createRing(tail.lastSequence, memory);
  const readings = createReadings({ read: readAfter, isWanted, memory });
  const audience = createAudience({ after: (sequence) => ring.after(sequence) ?? readings.after(sequence) }, onEmpty);
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    try {
      while (!signal.aborted && ring.to < tail.lastSequence) {
        const page = await nextPage();
        if (page === null) break;
        ring.push(page);
        await audience.serve();
      }
    } catch (error) {
      audience.fail(error);
    } finally {
      running = false;
    }
  }

  async function nextPage(): Promise<Page | null> {
    const place = ring.to;
    const events = tail.after(place, source.atOnce);
    if (events === null) return ask(surroundings.readings, () => source.read(place, signal));
    const scannedTo = events.at(-1)?.sequence ?? place;
    const found = source.match(events);
    if (found.length === 0) return { frames: [], scannedTo };
    const page = await ask(surroundings.answers, () => source.answer(found, signal));
    return page !== null && page.scannedTo === found.at(-1)?.sequence ? { ...page, scannedTo } : page;
  }

  function ask(limit: ConcurrencyLimit, work: () => Promise<Page>): Promise<Page | null> {
    return retryUntilAnswered(() => weight.measure(work), { ...retryOptions, limit });
  }

  async function readAfter(after: number): Promise<Page | null> {
    const read = async (): Promise<Page | null> =>
      isWanted(after) ? ask(surroundings.readings, () => source.read(after, signal)) : null;
    return ownReadings.take(read, { signal }).catch((error: unknown) => {
      if (signal.aborted) return null;
      // What was too much once too often is so for all.
      if (error instanceof TooExpensive) audience.fail(error);
      throw error;
    });
  }

  function isWanted(sequence: number): boolean {
    return !signal.aborted && audience.waitsAt(sequence);
  }

  const forget = tail.onMove(() => void run());
  return {
    watch: (sink, after, onClose) => audience.watch(sink, after ?? tail.lastSequence, onClose),
    get size() {
      return audience.size;
    },
    fail: audience.fail,
    close: () => {
      ending.abort();
      forget();
      ring.empty();
      readings.empty();
    },
  };
}
