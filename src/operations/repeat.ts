/** Work of a server that comes again and again: the look at the source, the look at what is wrong. */
import { setTimeout } from 'node:timers/promises';

export interface Repeated {
  /** Milliseconds until it is to be done again. */
  work: (signal: AbortSignal) => Promise<number>;
  /** Told why it failed; then it is tried again after a minute. */
  onError: (error: unknown) => void;
  signal: AbortSignal;
}

const AFTER_ERROR_MILLISECONDS = 60_000;

/** Resolves when it is stopped, and what was under way has ended. */
export async function repeat({ work, onError, signal }: Repeated): Promise<void> {
  while (!signal.aborted) {
    let wait = AFTER_ERROR_MILLISECONDS;
    try {
      wait = await work(signal);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    // Cut short by the end.
    await setTimeout(wait, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
