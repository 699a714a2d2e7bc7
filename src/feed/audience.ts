/** The watchers of one group: served all in turn, each at its own pace. */
import { setImmediate } from 'node:timers/promises';
import { createWatcher, type Frames, type Sink, type Watcher } from './watcher.ts';

export interface Audience {
  watch(sink: Sink, start: number): Watcher;
  readonly size: number;
  /** Lets every watcher take what is there; resolves when each had its chance. */
  serve(): Promise<void>;
  fail(error: unknown): void;
}

/** Watchers are served this long before everything else of the process has its turn. */
const TURN_MILLISECONDS = 15;

export function createAudience(frames: Frames, onEmpty: () => void): Audience {
  const watchers = new Set<Watcher>();
  const leave = (watcher: Watcher): void => {
    watchers.delete(watcher);
    if (watchers.size === 0) onEmpty();
  };
  return {
    watch: (sink, start) => {
      const watcher = createWatcher(frames, sink, start, leave);
      watchers.add(watcher);
      watcher.advance();
      return watcher;
    },
    get size() {
      return watchers.size;
    },
    serve: async () => {
      let turnStarted = performance.now();
      for (const watcher of watchers) {
        watcher.advance();
        if (performance.now() - turnStarted < TURN_MILLISECONDS) continue;
        await setImmediate();
        turnStarted = performance.now();
      }
    },
    fail: (error) => {
      for (const watcher of [...watchers]) watcher.fail(error);
    },
  };
}
