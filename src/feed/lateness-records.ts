/**
 * What is remembered of groups whose answers took too long, after their last watcher has left: whoever comes back
 * with the same selection goes on resting where it left.
 */
import { createLateness, type Lateness } from './lateness.ts';

export interface LatenessRecords {
  of(key: string): Lateness;
  remember(key: string, lateness: Lateness): void;
}

const MOST_REMEMBERED = 1_000;

export function createLatenessRecords(): LatenessRecords {
  /** What was remembered last at the end. */
  const records = new Map<string, Lateness>();
  return {
    of: (key) => records.get(key) ?? createLateness(),
    remember: (key, lateness) => {
      records.delete(key);
      if (lateness.isClean) return;
      records.set(key, lateness);
      const [oldest] = records.keys();
      if (records.size > MOST_REMEMBERED && oldest !== undefined) records.delete(oldest);
    },
  };
}
