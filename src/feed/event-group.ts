/**
 * The watchers of events of one operation, with the same variables and rights. An event is answered once for all of
 * them, as one frame; the newest frames are kept, and each watcher takes them at its own pace.
 */
import { createAudience } from './audience.ts';
import type { Frame, Page } from './frame.ts';
import type { Group, GroupSurroundings } from './group.ts';
import { patiently } from './patience.ts';
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
  const patience = { isOver: () => closed, onTrouble };

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (!closed && ring.to < tail.lastSequence) {
      const page = await patiently(nextPage, patience);
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

  function readAfter(after: number): Promise<Page> {
    let reading = readings.get(after);
    if (reading === undefined) {
      const nothing: Page = { frames: [], scannedTo: after };
      reading = turns.take(() => patiently(() => source.read(after), patience)).then((page) => page ?? nothing);
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
