/** The watchers of one group: served all in turn, each at its own pace. */
import { setImmediate } from 'node:timers/promises';
import { createWatcher, type Frames, type Sink, type Watcher } from './watcher.ts';

export interface Audience {
  /** `onClose` is told once, when the watcher has left. */
  watch(sink: Sink, start: number, onClose: () => void): Watcher;
  readonly size: number;
  /** True where a watcher stands at this place whose sink has room. */
  waitsAt(sequence: number): boolean;
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
    watch: (sink, start, onClose) => {
      const watcher = createWatcher(frames, sink, start, (each) => {
        onClose();
        leave(each);
      });
      watchers.add(watcher);
      watcher.advance();
      return watcher;
    },
    get size() {
      return watchers.size;
    },
    waitsAt: (sequence) => {
      for (const watcher of watchers) if (watcher.sequence === sequence && !watcher.stalled) return true;
      return false;
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
