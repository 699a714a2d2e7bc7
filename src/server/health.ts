/**
 * Whether this process should get requests. `/healthz` says only that it lives, so that a supervisor does not
 * restart it because the database is away; `/readyz` says whether a balancer should send work here.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const maxPingMilliseconds = 1_000;
const maxEventLoopDelayMilliseconds = 500;
/** Watchers of a process that reads the log later than this are better off elsewhere. */
const maxBehindMilliseconds = 5_000;
/** With the ping's own limit: noticed in at most one and a half seconds, so that nobody waits more than two. */
const pingEveryMilliseconds = 500;

export interface Health {
  /** Why this process is not ready; empty when it is. */
  problems(): Promise<string[]>;
  /** False while the last ping failed: queries need not try. */
  databaseAvailable(): boolean;
  /** Called each time the database stops answering: what waits for it should not wait on. */
  onUnavailable(listener: () => void): void;
  drain(): void;
  draining(): boolean;
  close(): void;
}

export interface HealthOptions {
  /** Resolves when the database answers; on a connection that queries do not queue for. */
  ping(): Promise<void>;
  onChange(available: boolean): void;
  /** When the log of events was last read to its end, as `performance.now()`. */
  readAt(): number;
  /** True while the sample ledger is being filled: until then its counts are not what they will be. */
  isFilling?(): boolean;
}

export function watchHealth(options: HealthOptions): Health {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let draining = false;
  let available = true;
  const listeners: (() => void)[] = [];
  let running: Promise<boolean> | undefined;

  const ping = (): Promise<boolean> => {
    running ??= answersInTime(options.ping).then((answered) => {
      running = undefined;
      const changed = answered !== available;
      available = answered;
      if (changed) options.onChange(answered);
      if (changed && !answered) for (const listener of listeners) listener();
      return answered;
    });
    return running;
  };
  const timer = setInterval(() => {
    void ping();
    // A window of a few seconds: an old stall must not keep the process unready.
    if (delay.count > 5_000 / 20) delay.reset();
  }, pingEveryMilliseconds);
  timer.unref();

  return {
    problems: async () => {
      const answered = await ping();
      const behind = performance.now() - options.readAt() > maxBehindMilliseconds;
      const stalled = delay.percentile(99) / 1e6 > maxEventLoopDelayMilliseconds;
      return [
        ...(draining ? ['shutting down'] : []),
        ...(answered ? [] : ['the database does not answer']),
        ...(options.isFilling?.() === true ? ['the sample ledger is being filled'] : []),
        ...(behind ? ['the log of events is read late'] : []),
        ...(stalled ? ['the event loop is stalled'] : []),
      ];
    },
    databaseAvailable: () => available,
    onUnavailable: (listener) => {
      listeners.push(listener);
    },
    drain: () => {
      draining = true;
    },
    draining: () => draining,
    close: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}

async function answersInTime(ping: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), maxPingMilliseconds);
    timer.unref();
  });
  const answered = ping().then(
    () => true,
    () => false,
  );
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  return result;
}
