/**
 * The watchers of events of one operation, with the same variables and rights. An event is answered once for all of
 * them, as one frame; the newest frames are kept, and each watcher takes them at its own pace.
 */
import { setTimeout } from 'node:timers/promises';
import { createAudience } from './audience.ts';
import type { Frame, Page } from './frame.ts';
import type { Group, GroupSurroundings } from './group.ts';
import { inTime } from './in-time.ts';
import { createRing } from './ring.ts';
import type { Sequenced } from './tail.ts';

/** How a group answers events. Both reject when the database is away; then they are asked again. */
export interface EventSource<Event> {
  /** Events that are answered together; fewer where an answer may be large. */
  atOnce: number;
  /** Frames of those that match, in their order. */
  answer(events: readonly Event[]): Promise<readonly Frame[]>;
  /** From the log: frames of events that match after this place, at most `atOnce`. */
  read(after: number): Promise<Page>;
}

const RETRY_MILLISECONDS = 500;
/** Longer than an answer in two ways, within the limit of each, can take. */
const PATIENCE_MILLISECONDS = 15_000;
/** Readings that serve several watchers: after a restart most come back to one place. */
const READINGS_KEPT = 16;

export function createEventGroup<Event extends Sequenced>(
  source: EventSource<Event>,
  { tail, turns, onTrouble, onEmpty }: GroupSurroundings<Event>,
): Group {
  const ring = createRing(tail.lastSequence);
  const readings = new Map<number, Promise<Page>>();
  const audience = createAudience({ after: (sequence) => ring.after(sequence) ?? readAfter(sequence) }, onEmpty);
  let running = false;
  let closed = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (!closed && ring.to < tail.lastSequence) {
      const page = await patiently(nextPage);
      if (page === null) break;
      ring.push(page);
      await audience.serve();
    }
    running = false;
  }

  async function nextPage(): Promise<Page> {
    const events = tail.after(ring.to, source.atOnce);
    if (events === null) return source.read(ring.to);
    return { frames: await source.answer(events), scannedTo: events.at(-1)?.sequence ?? ring.to };
  }

  /** What an event was is never skipped because it could not be answered at once. Null when closed meanwhile. */
  async function patiently<Result>(work: () => Promise<Result>): Promise<Result | null> {
    while (!closed) {
      try {
        return await inTime(PATIENCE_MILLISECONDS, work());
      } catch (error) {
        onTrouble(error);
        await setTimeout(RETRY_MILLISECONDS);
      }
    }
    return null;
  }

  function readAfter(after: number): Promise<Page> {
    let reading = readings.get(after);
    if (reading === undefined) {
      const nothing: Page = { frames: [], scannedTo: after };
      reading = turns.take(() => patiently(() => source.read(after))).then((page) => page ?? nothing);
      readings.set(after, reading);
      const [oldest] = readings.keys();
      if (readings.size > READINGS_KEPT && oldest !== undefined) readings.delete(oldest);
    }
    return reading;
  }

  const forget = tail.onMove(() => void run());
  return {
    watch: (sink, after) => audience.watch(sink, after ?? tail.lastSequence),
    get size() {
      return audience.size;
    },
    fail: audience.fail,
    close: () => {
      closed = true;
      forget();
    },
  };
}
