/** How long an operation lives: until its deadline, or until nobody waits for it. */
import type { StatementLimits } from '../database/statement-limits.ts';
import { timedOut } from './errors.ts';

export interface Lifetime extends StatementLimits {
  /** To be called when the answer is there. */
  end(): void;
}

/** Aborts with TIMEOUT after so many milliseconds. */
export function beginLifetime(milliseconds: number, abort: AbortController, urgent = false): Lifetime {
  const timer = setTimeout(() => abort.abort(timedOut(milliseconds)), milliseconds);
  return {
    signal: abort.signal,
    deadlineAt: performance.now() + milliseconds,
    urgent,
    end: () => clearTimeout(timer),
  };
}
