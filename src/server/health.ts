/**
 * Whether this process should get requests. `/healthz` says only that it lives, so that a supervisor does not
 * restart it because the database is away; `/readyz` says whether a balancer should send work here.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const maxPingMilliseconds = 1_000;
const maxEventLoopDelayMilliseconds = 500;
const pingEveryMilliseconds = 1_000;

export interface Health {
  /** Why this process is not ready; empty when it is. */
  problems(): Promise<string[]>;
  /** False while the last ping failed: queries need not try. */
  databaseAvailable(): boolean;
  drain(): void;
  draining(): boolean;
  close(): void;
}

export interface HealthOptions {
  /** Resolves when the database answers; on a connection that queries do not queue for. */
  ping(): Promise<void>;
  onChange(available: boolean): void;
}

export function watchHealth(options: HealthOptions): Health {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let draining = false;
  let available = true;
  let running: Promise<boolean> | undefined;

  const ping = (): Promise<boolean> => {
    running ??= answersInTime(options.ping).then((answered) => {
      running = undefined;
      if (answered !== available) options.onChange(answered);
      available = answered;
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
      const stalled = delay.percentile(99) / 1e6 > maxEventLoopDelayMilliseconds;
      return [
        ...(draining ? ['shutting down'] : []),
        ...(answered ? [] : ['the database does not answer']),
        ...(stalled ? ['the event loop is stalled'] : []),
      ];
    },
    databaseAvailable: () => available,
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
