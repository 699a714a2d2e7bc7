/** How long an operation lives: until its deadline, or until nobody waits for it. */
import { Abort } from '../../abort.ts';
import type { StatementLimits } from '../../database/statements/statement-limits.ts';
import type { Used } from '../../fair-turns.ts';
import { LARGE_UNITS } from '../document/cost.ts';
import { timedOut } from './errors.ts';

export interface Lifetime extends StatementLimits {
  /** To be called when the answer is there. */
  end(): void;
}

/** Statements at a time; a large operation has one, so that what is small passes between them. */
const AT_ONCE = 3;

/** What is to be done within a lifetime: for watchers, or for one caller at a price in units of cost. */
export type Work = 'watchers' | { units: number; used: Used };

/** Of a change of the ledger, which goes on to its end whoever waits for it: what is half done is nobody's wish. */
export function endlessLifetime(): Lifetime {
  const limits = { signal: new Abort(), deadlineAt: Number.POSITIVE_INFINITY, used: { milliseconds: 0 } };
  return { ...limits, urgent: false, atOnce: 1, end: () => {} };
}

/** Aborts with TIMEOUT after so many milliseconds. */
export function beginLifetime(milliseconds: number, abort: Abort, work: Work): Lifetime {
  const isLarge = work !== 'watchers' && work.units >= LARGE_UNITS;
  const timer = setTimeout(() => abort.abort(timedOut(milliseconds)), milliseconds);
  return {
    signal: abort,
    deadlineAt: performance.now() + milliseconds,
    used: work === 'watchers' ? { milliseconds: 0 } : work.used,
    urgent: work === 'watchers',
    atOnce: isLarge ? 1 : AT_ONCE,
    end: () => clearTimeout(timer),
  };
}
