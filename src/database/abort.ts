/** Waiting on signals that live long and that many wait on, without leaving a listener behind. */
import { setMaxListeners } from 'node:events';

/** Calls back when the signal, which is not aborted yet, is. Answers how to stop that. */
export function onceAborted(signal: AbortSignal, listener: () => void): () => void {
  // One operation may have dozens of statements waiting, and Node would warn of a leak at eleven.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** As the work settles; when the signal is aborted before, rejects at once with its reason. The work goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    const stop = onceAborted(signal, abort);
    work.then(resolve, reject).finally(stop);
  });
}
