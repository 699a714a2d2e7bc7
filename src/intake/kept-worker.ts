/**
 * Worker threads that read files. Starting one takes longer than reading a list, so the one that the last reader left
 * waits a while for the next.
 */
import { Worker } from 'node:worker_threads';
import { workerModule } from './worker-module.ts';

const KEPT_MILLISECONDS = 10_000;

interface Kept {
  worker: Worker;
  megabytes: number;
  forget(): void;
}
let kept: Kept | undefined;

/** One with a heap of that size, kept or new, for the caller alone. It does not keep the process alive. */
export function takeWorker(megabytes: number): Worker {
  if (kept?.megabytes === megabytes) {
    const { worker, forget } = kept;
    forget();
    return worker;
  }
  const worker = new Worker(workerModule(), {
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
    // Reading needs nothing of the environment, and secrets may stand in it; nor of how this process was started.
    env: {},
    execArgv: [],
  });
  worker.unref();
  return worker;
}

/** Gives back one that reads nothing. Resolves when it is kept, in the place of the one before. */
export async function leaveWorker(worker: Worker, megabytes: number): Promise<void> {
  const before = kept;
  before?.forget();
  const forget = (): void => {
    clearTimeout(timer);
    worker.off('error', forget).off('exit', forget);
    kept = undefined;
  };
  const timer = setTimeout(() => {
    forget();
    void worker.terminate();
  }, KEPT_MILLISECONDS);
  timer.unref();
  worker.on('error', forget).on('exit', forget);
  kept = { worker, megabytes, forget };
  await before?.worker.terminate();
}
