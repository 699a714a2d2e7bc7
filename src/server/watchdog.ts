/**
 * Ends the process when its event loop stands still: a supervisor restarts what has ended, never what hangs. Signals
 * and health checks wait for the loop too, so a thread of its own looks.
 */
import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';

export interface WatchdogOptions {
  /** Without a beat of the loop for so long, the process ends. */
  limitMilliseconds?: number;
}

export interface Watchdog {
  stop(): void;
}

/** Places in the shared memory. */
const [BEATS, STOP, DEBUGGED] = [0, 1, 2] as const;

/**
 * The process ends by SIGKILL, which a supervisor sees as 137: nothing that needs the loop would run any more, and
 * a ledger survives it. One line on standard error says why.
 */
export function startWatchdog({ limitMilliseconds = 30_000 }: WatchdogOptions = {}): Watchdog {
  const shared = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const step = Math.min(1_000, limitMilliseconds / 10);
  const beat = (): void => {
    // Who holds the program at a breakpoint does not want it ended.
    Atomics.store(shared, DEBUGGED, inspectorUrl() === undefined ? 0 : 1);
    Atomics.add(shared, BEATS, 1);
  };
  beat();
  const timer = setInterval(beat, step);
  timer.unref();
  const worker = new Worker(watchModule(), {
    workerData: { shared, step, limit: limitMilliseconds },
    // It needs nothing of the environment, nor of how this process was started.
    env: {},
    execArgv: [],
  });
  worker.unref();
  return {
    stop: () => {
      clearInterval(timer);
      Atomics.store(shared, STOP, 1);
      Atomics.notify(shared, STOP);
    },
  };
}

/**
 * Plain JavaScript, which a worker loads the same from source and when built. A thread that was itself away for several
 * steps knows nothing of the loop: the machine slept, or the whole process was stopped, and it starts over. The line is
 * written by a thread of libuv, because standard error may be a pipe that nobody empties; the end waits half a second.
 */
function watchModule(): URL {
  const steps = `
    import { write } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    const { shared, step, limit } = workerData;
    let [seen, seenAt, lookedAt] = [Atomics.load(shared, ${BEATS}), performance.now(), performance.now()];
    while (Atomics.wait(shared, ${STOP}, 0, step) === 'timed-out') {
      const now = performance.now();
      const wasAway = now - lookedAt > 5 * step;
      lookedAt = now;
      const beats = Atomics.load(shared, ${BEATS});
      if (wasAway || beats !== seen || Atomics.load(shared, ${DEBUGGED}) === 1) [seen, seenAt] = [beats, now];
      else if (now - seenAt >= limit) {
        const msg = 'The event loop stood still for ' + Math.round((now - seenAt) / 1000) + ' s: this process ends, so that it is started anew.';
        write(2, JSON.stringify({ level: 'fatal', time: new Date().toISOString(), msg }) + '\\n', () => {});
        Atomics.wait(shared, ${STOP}, 0, 500);
        process.kill(process.pid, 'SIGKILL');
      }
    }`;
  return new URL(`data:text/javascript,${encodeURIComponent(steps)}`);
}
