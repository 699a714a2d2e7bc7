/**
 * Lets so many statements run at a time; the others wait, first whose sender has had least of the database lately. One
 * whose operation has ended leaves, so that nothing starts for which nobody waits.
 */
import { onceAborted } from '../../abort.ts';
import { createFairTurns, type Used } from '../../fair-turns.ts';
import type { StatementLimits } from './statement-limits.ts';

export interface Semaphore {
  /** Undefined when there is room at once. Rejects with the signal's reason when it is aborted first. */
  acquire(limits: Pick<StatementLimits, 'signal' | 'used'>): Promise<void> | undefined;
  /** Gives the place to whose turn it is. To be called once for each acquiring that did not reject. */
  release(): void;
}

interface Waiting {
  used: Used;
  start(): void;
}

export function createSemaphore(atOnce: number): Semaphore {
  const waiting = new Set<Waiting>();
  const turns = createFairTurns<Waiting>(({ used }) => used);
  let running = 0;
  return {
    acquire: ({ signal, used }) => {
      if (running < atOnce) {
        running += 1;
        return;
      }
      return new Promise((resolve, reject) => {
        const one: Waiting = {
          used,
          start: () => {
            stopListening();
            resolve();
          },
        };
        const stopListening = onceAborted(signal, () => {
          waiting.delete(one);
          reject(signal.reason);
        });
        waiting.add(one);
      });
    },
    release: () => {
      const next = turns.next(waiting);
      if (next === undefined) {
        running -= 1;
        return;
      }
      waiting.delete(next);
      next.start();
    },
  };
}
