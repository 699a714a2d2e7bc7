/**
 * Lets so many statements run at a time; the others wait in line. One whose operation has ended leaves the line, so
 * that nothing starts for which nobody waits.
 */
import { onceAborted, type Signal } from '../abort.ts';

export interface WaitingLine {
  /** Undefined when there is room at once. Rejects with the signal's reason when it is aborted first. */
  enter(signal: Signal): Promise<void> | undefined;
  /** Gives the place to who waits longest. To be called once for each entry that did not reject. */
  leave(): void;
}

export function createWaitingLine(atOnce: number): WaitingLine {
  const waiting = new Set<() => void>();
  let running = 0;
  return {
    enter: (signal) => {
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
    leave: () => {
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
