/**
 * Work for watchers that is asked again until it succeeds: what happened is told late, never skipped. It ends with
 * its group, whatever it waits for then.
 */
import { setTimeout } from 'node:timers/promises';
import { unlessAborted } from '../../abort.ts';
import { NotNow, TooExpensive, TookTooLong } from './answer-errors.ts';
import type { Backoff } from './backoff.ts';
import type { ConcurrencyLimit, Place } from './concurrency-limit.ts';
import { withTimeout } from './with-timeout.ts';

export interface RetryOptions {
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
  backoff: Backoff;
  limit: ConcurrencyLimit;
  /** Its place in the line for a turn, which may have changed since the last time. */
  place: () => Place;
  onTrouble(error: unknown): void;
}

/** What came of work that may have been late. */
export interface MaybeLate {
  /** True where it took too long, and answers that. */
  late?: boolean;
}

const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
/** Faults in a row before the watchers are told: ten tries take a quarter of a minute. */
const MOST_FAULTS = 10;
/** Longer than a page of the log and its answer, within the limit of each, can take. */
const PATIENCE_MILLISECONDS = 15_000;

/** Null when nobody waits any more. Rejects when asking again is of no use. */
export async function retryUntilAnswered<Result extends MaybeLate>(
  work: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result | null> {
  const { signal, backoff, limit } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    await backoff.rest(signal);
    if (signal.aborted) break;
    try {
      return await unlessAborted(
        limit.take(() => once(work, backoff), { ...options.place(), signal }),
        signal,
      );
    } catch (error) {
      if (signal.aborted) break;
      if (failures === 0) options.onTrouble(error);
      if (error instanceof TooExpensive) throw error;
      if (error instanceof TookTooLong) continue;
      if (!(error instanceof NotNow) && failures + 1 >= MOST_FAULTS) throw error;
      const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** failures, LONGEST_PAUSE_MILLISECONDS);
      await setTimeout(pause, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}

async function once<Result extends MaybeLate>(work: () => Promise<Result>, backoff: Backoff): Promise<Result> {
  const startedAt = performance.now();
  const took = (): number => performance.now() - startedAt;
  try {
    const result = await withTimeout(PATIENCE_MILLISECONDS, work(), (_resolve, reject) =>
      reject(new NotNow(`The database gave no answer within ${PATIENCE_MILLISECONDS} ms.`)),
    );
    backoff.note(result.late ?? false, took());
    return result;
  } catch (error) {
    if (error instanceof TookTooLong) backoff.note(true, took());
    throw error;
  }
}
