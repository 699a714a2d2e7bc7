/**
 * What is remembered of groups whose answers took too long, after their last watcher has left: whoever comes back
 * with the same selection goes on resting where it left.
 */
import { type Backoff, createBackoff } from './backoff.ts';

export interface BackoffRecords {
  of(key: string): Backoff;
  remember(key: string, backoff: Backoff): void;
}

const MOST_REMEMBERED = 1_000;

export function createBackoffRecords(): BackoffRecords {
  /** What was remembered last at the end. */
  const records = new Map<string, Backoff>();
  return {
    of: (key) => records.get(key) ?? createBackoff(),
    remember: (key, backoff) => {
      records.delete(key);
      if (backoff.isClean) return;
      records.set(key, backoff);
      const [oldest] = records.keys();
      if (records.size > MOST_REMEMBERED && oldest !== undefined) records.delete(oldest);
    },
  };
}
