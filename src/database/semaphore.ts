/**
 * Lets so many statements run at a time; the others wait in line. One whose operation has ended leaves the line, so
 * that nothing starts for which nobody waits.
 */
import { onceAborted, type Signal } from '../abort.ts';

export interface Semaphore {
  /** Undefined when there is room at once. Rejects with the signal's reason when it is aborted first. */
  acquire(signal: Signal): Promise<void> | undefined;
  /** Gives the place to who waits longest. To be called once for each acquiring that did not reject. */
  release(): void;
}

export function createSemaphore(atOnce: number): Semaphore {
  const waiting = new Set<() => void>();
  let running = 0;
  return {
    acquire: (signal) => {
      if (running < atOnce) {
        running += 1;
        return;
      }
      return new Promise((resolve, reject) => {
        const start = (): void => {
          stopListening();
          resolve();
        };
        const stopListening = onceAborted(signal, () => {
          waiting.delete(start);
          reject(signal.reason);
        });
        waiting.add(start);
      });
    },
    release: () => {
      const [next] = waiting;
      if (next === undefined) {
        running -= 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
