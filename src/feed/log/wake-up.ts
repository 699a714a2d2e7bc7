/** Waits for a notification or a time, whichever comes first. A notification while nobody waits ends the next wait. */

export interface WakeUp {
  notify: () => void;
  /** For one waiter at a time. */
  wait(milliseconds: number): Promise<void>;
}

export function createWakeUp(): WakeUp {
  let notified = false;
  let wake: (() => void) | undefined;
  return {
    notify: () => {
      notified = true;
      wake?.();
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => wake?.(), notified ? 0 : milliseconds);
        wake = () => {
          clearTimeout(timer);
          wake = undefined;
          notified = false;
          resolve();
        };
      }),
  };
}
