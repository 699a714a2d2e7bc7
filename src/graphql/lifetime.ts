/** How long an operation lives: until its deadline, or until nobody waits for it. */
import { setMaxListeners } from 'node:events';
import type { StatementLimits } from '../database/statement-limits.ts';
import { timedOut } from './errors.ts';

export interface Lifetime extends StatementLimits {
  /** To be called when the answer is there. */
  end(): void;
}

/** Aborts with TIMEOUT after so many milliseconds. */
export function beginLifetime(milliseconds: number, abort: AbortController, urgent = false): Lifetime {
  // Each statement that waits listens, and their number is bounded by the operation's cost: it is no leak.
  setMaxListeners(0, abort.signal);
  const timer = setTimeout(() => abort.abort(timedOut(milliseconds)), milliseconds);
  return {
    signal: abort.signal,
    deadlineAt: performance.now() + milliseconds,
    urgent,
    end: () => clearTimeout(timer),
  };
}

/** Settles as the work does, or rejects with the signal's reason as soon as it is aborted. */
export function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  if (signal.aborted) {
    // Nobody hears of it any more.
    work.catch(() => {});
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
