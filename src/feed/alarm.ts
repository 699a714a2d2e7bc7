/** Waiting for a wake-up or a time, whichever comes first. One that rings while nobody waits ends the next wait. */

export interface Alarm {
  ring: () => void;
  /** For one waiter at a time. */
  wait(milliseconds: number): Promise<void>;
}

export function createAlarm(): Alarm {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rang = true;
      wake?.();
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => wake?.(), rang ? 0 : milliseconds);
        wake = () => {
          clearTimeout(timer);
          wake = undefined;
          rang = false;
          resolve();
        };
      }),
  };
}
