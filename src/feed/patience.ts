/** Work that is asked again until it succeeds: what happened is told late, never skipped. */
import { setTimeout } from 'node:timers/promises';
import { inTime } from './in-time.ts';

export interface Patience {
  /** Nobody waits any more. */
  isOver(): boolean;
  onTrouble(error: unknown): void;
}

const RETRY_MILLISECONDS = 500;
/** Longer than an answer in two ways, within the limit of each, can take. */
const PATIENCE_MILLISECONDS = 15_000;

/** Null when nobody waits any more. */
export async function patiently<Result>(
  work: () => Promise<Result>,
  { isOver, onTrouble }: Patience,
): Promise<Result | null> {
  while (!isOver()) {
    try {
      return await inTime(PATIENCE_MILLISECONDS, work());
    } catch (error) {
      onTrouble(error);
      await setTimeout(RETRY_MILLISECONDS);
    }
  }
  return null;
}
