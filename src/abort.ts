/** Work that may be aborted, and waiting for it without leaving a listener behind. */
import { setMaxListeners } from 'node:events';

/** What is asked of an `AbortSignal` here; the platform's is one too. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** A listener is called once. */
  addEventListener(type: 'abort', listener: () => void, options: { once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The platform's `AbortController` and its signal in one, in small: each operation has one, and the platform's would be
 * a tenth of what a small query costs.
 */
export class Abort implements Signal {
  aborted = false;
  reason: unknown;
  /** Made when somebody listens: few operations wait for anything. */
  #listeners: Set<() => void> | null = null;

  /** Calls the listeners; the second time does nothing. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners ?? [];
    this.#listeners = null;
    for (const listener of listeners) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}

/** Calls back when the signal, which is not aborted yet, is. Answers how to stop that. */
export function onceAborted(signal: Signal, listener: () => void): () => void {
  // Dozens may wait on one signal, and Node would warn of a leak at eleven.
  if (signal instanceof EventTarget) setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** As the work settles; when the signal is aborted before, rejects at once with its reason. The work goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: Signal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    const stop = onceAborted(signal, abort);
    work.then(
      (result) => {
        stop();
        resolve(result);
      },
      (error: unknown) => {
        stop();
        reject(error);
      },
    );
  });
}
