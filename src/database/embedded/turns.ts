/**
 * Turns at the one connection of the embedded database: one statement or one transaction at a time, the urgent first,
 * then in the order of asking. While the database is away, those that cannot wait are refused and the others wait on.
 */
import { onceAborted, type Signal } from '../abort.ts';

export interface Asking {
  /** Waits until the database is back; others are refused with the reason why it is away. */
  patient?: boolean | undefined;
  /** Comes before those that are not: the log and its watchers before queries. */
  urgent?: boolean | undefined;
  /** Aborted while it waits, it never gets its turn and rejects with the signal's reason. */
  signal?: Signal | undefined;
}

export interface Turns {
  /** Resolves, when it is their turn, with how to give it back. */
  take(asking?: Asking): Promise<() => void>;
  /** Nobody gets a turn until `open` is called. */
  shut(reason: Error): void;
  open(): void;
  /** Refuses everybody from now on, the patient too. Whoever has the turn keeps it. */
  end(reason: Error): void;
}

interface Waiting {
  patient: boolean;
  start(): void;
  refuse(reason: unknown): void;
}

/** Shut at first. */
export function createTurns(): Turns {
  const [urgently, ordinarily] = [new Set<Waiting>(), new Set<Waiting>()];
  let taken = false;
  let away: Error | null = null;
  let over: Error | null = null;
  let isOpen = false;

  const next = (): void => {
    const queue = urgently.size > 0 ? urgently : ordinarily;
    const [first] = queue;
    if (taken || !isOpen || first === undefined) return;
    queue.delete(first);
    taken = true;
    first.start();
  };
  /** A turn is given back once, however often it is said. */
  const giveBackOnce = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      taken = false;
      next();
    };
  };
  const refuse = (reason: Error, isRefused: (waiting: Waiting) => boolean): void => {
    for (const queue of [urgently, ordinarily]) {
      for (const waiting of queue) {
        if (!isRefused(waiting)) continue;
        queue.delete(waiting);
        waiting.refuse(reason);
      }
    }
  };

  return {
    take: ({ patient = false, urgent = false, signal } = {}) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (over !== null) return Promise.reject(over);
      if (away !== null && !patient) return Promise.reject(away);
      const queue = urgent ? urgently : ordinarily;
      return new Promise((resolve, reject) => {
        const abandon = (): void => {
          queue.delete(waiting);
          reject(signal?.reason);
        };
        const stop = signal === undefined ? () => {} : onceAborted(signal, abandon);
        const waiting: Waiting = {
          patient,
          start: () => {
            stop();
            resolve(giveBackOnce());
          },
          refuse: (reason) => {
            stop();
            reject(reason);
          },
        };
        queue.add(waiting);
        next();
      });
    },
    shut: (reason) => {
      isOpen = false;
      away = reason;
      refuse(reason, ({ patient }) => !patient);
    },
    open: () => {
      isOpen = true;
      away = null;
      next();
    },
    end: (reason) => {
      over = reason;
      refuse(reason, () => true);
    },
  };
}
