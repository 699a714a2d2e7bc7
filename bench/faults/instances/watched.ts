/** Watchers in this process whose receipts are compared with what was published. */
import { setTimeout } from 'node:timers/promises';
import { type ResumingWatcher, startWatcher } from '../../chaos/resuming-watcher.ts';
import { readPosition } from '../../chaos/run.ts';

export interface Watchers {
  all: readonly ResumingWatcher[];
  /** Waits until each has so many events, or the time is over; answers how many have. */
  withEvents(count: number, withinMilliseconds: number): Promise<number>;
  /** From the commit of each event, in their order, to each of its receipts. */
  latencies(committedAt: readonly number[]): number[];
  close(): void;
}

const LOOK_MILLISECONDS = 25;

/** So many for each of the addresses, from the end of the log on. */
export async function watch(databaseUrl: string, urls: readonly string[], each: number): Promise<Watchers> {
  const position = await readPosition(databaseUrl);
  const all = urls.flatMap((url) =>
    Array.from({ length: each }, () => startWatcher({ urls: [url], position, onEvent: () => {} })),
  );
  await Promise.all(all.map(({ connected }) => connected));
  // Connected, they subscribe.
  await setTimeout(500);
  const complete = (count: number): number => all.filter(({ watched }) => watched.sequences.length >= count).length;
  return {
    all,
    withEvents: async (count, withinMilliseconds) => {
      const until = performance.now() + withinMilliseconds;
      while (complete(count) < all.length && performance.now() < until) await setTimeout(LOOK_MILLISECONDS);
      return complete(count);
    },
    latencies: (committedAt) =>
      committedAt.flatMap((at, index) => all.map(({ watched }) => (watched.receivedAt[index] ?? Number.NaN) - at)),
    close: () => {
      for (const watcher of all) watcher.close();
    },
  };
}
