/**
 * The watchers of a value that changes with the ledger: each gets what it is now, then every new value. Who is slow
 * misses values in between, never the newest.
 */
import { createAudience } from './audience.ts';
import type { Frame } from './frame.ts';
import type { Group, GroupSurroundings } from './group.ts';
import { inTime } from './in-time.ts';
import type { Sequenced } from './tail.ts';

export interface LatestSource {
  /** The value as JSON; null: there is none yet. Rejects when the database is away; the next move asks again. */
  read(): Promise<string | null>;
}

const RETRY_MILLISECONDS = 500;
const PATIENCE_MILLISECONDS = 15_000;

export function createLatestGroup<Event extends Sequenced>(
  source: LatestSource,
  { tail, onTrouble, onEmpty }: GroupSurroundings<Event>,
): Group {
  let newest: Frame | null = null;
  let running = false;
  let again = true;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
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
      try {
        const payload = await inTime(PATIENCE_MILLISECONDS, source.read());
        if (payload === null || payload === newest?.payload) continue;
        newest = { sequence: (newest?.sequence ?? 0) + 1, cursor: null, payload };
        await audience.serve();
      } catch (error) {
        onTrouble(error);
        retry = setTimeout(() => void run(), RETRY_MILLISECONDS);
      }
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
      clearTimeout(retry);
      forget();
    },
  };
}
