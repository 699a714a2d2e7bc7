/**
 * The watchers of a value that changes with the ledger: each gets what it is now, then every new value. Who is slow
 * misses values in between, never the newest.
 */
import { createAudience } from './audience.ts';
import type { Frame } from './frame.ts';
import type { Group, GroupSurroundings } from './group.ts';
import { patiently } from './patience.ts';
import type { Sequenced } from './tail.ts';

export interface LatestSource {
  /** The value as JSON; null: there is none yet. Rejects when the database is away; then it is asked again. */
  read(): Promise<string | null>;
}

export function createLatestGroup<Event extends Sequenced>(
  source: LatestSource,
  { tail, onTrouble, onEmpty }: GroupSurroundings<Event>,
): Group {
  let newest: Frame | null = null;
  let running = false;
  let again = true;
  let closed = false;
  const audience = createAudience(
    {
      after: (version) => ({
        frames: newest !== null && newest.sequence > version ? [newest] : [],
        scannedTo: newest?.sequence ?? 0,
      }),
    },
    onEmpty,
  );

  async function run(): Promise<void> {
    again = true;
    if (running) return;
    running = true;
    while (again && !closed) {
      again = false;
      const payload = await patiently(source.read, { isOver: () => closed, onTrouble });
      if (payload === null || payload === newest?.payload) continue;
      newest = { sequence: (newest?.sequence ?? 0) + 1, cursor: null, payload };
      await audience.serve();
    }
    running = false;
  }

  const forget = tail.onMove(() => void run());
  void run();
  return {
    watch: (sink) => audience.watch(sink, 0),
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
