/**
 * How often the answers of one group took too long. Each time the group rests before it is answered again, twice as
 * long as the last time, so that it takes a small part of the database; after the last it is refused for a while.
 */
import { setTimeout } from 'node:timers/promises';
import { TooExpensive } from './answer-errors.ts';

export interface Backoff {
  /** Resolves when the group may be answered again, or when nobody waits any more. */
  rest(signal: AbortSignal): Promise<void>;
  /** Milliseconds of it that are left. */
  readonly restLeft: number;
  /** `took` is in milliseconds. Throws {@link TooExpensive} after the last time that is borne. */
  note(late: boolean, took: number): void;
  /** Throws {@link TooExpensive} while the group is refused. */
  check(): void;
  /** True where there is nothing to remember. */
  readonly isClean: boolean;
}

/** With a deadline of 5 s a group that is always late works 25 s in 175 s, and then no more. */
const MOST_LATE = 5;
/** So many answers in time make up for a late one: a selection may be too much for some events only. */
const IN_TIME_FOR_ONE_LATE = 20;
/** Then it has one more try, for the database may have had a bad time. */
const REFUSED_MILLISECONDS = 120_000;

export function createBackoff(now = (): number => performance.now()): Backoff {
  /** In parts of a late answer, of which one in time takes one. */
  let debt = 0;
  let restsUntil = 0;
  let refusedUntil = 0;
  const refusal = (): TooExpensive =>
    new TooExpensive('The answers to this subscription took too long again and again. Select less.');
  const restLeft = (): number => Math.max(0, restsUntil - now());
  return {
    rest: async (signal) => {
      // More than one piece of work may wait, and the first of them may be late again.
      for (let left = restLeft(); left > 0 && !signal.aborted; left = restLeft()) {
        await setTimeout(left, undefined, { signal }).catch(() => {});
      }
    },
    get restLeft() {
      return restLeft();
    },
    note: (isLate, took) => {
      if (!isLate) {
        debt = Math.max(0, debt - 1);
        return;
      }
      debt = Math.min(MOST_LATE * IN_TIME_FOR_ONE_LATE, debt + IN_TIME_FOR_ONE_LATE);
      const late = Math.ceil(debt / IN_TIME_FOR_ONE_LATE);
      restsUntil = now() + took * 2 ** late;
      if (debt < MOST_LATE * IN_TIME_FOR_ONE_LATE) return;
      restsUntil = 0;
      refusedUntil = now() + REFUSED_MILLISECONDS;
      throw refusal();
    },
    check: () => {
      if (now() < refusedUntil) throw refusal();
    },
    get isClean() {
      return debt === 0;
    },
  };
}
