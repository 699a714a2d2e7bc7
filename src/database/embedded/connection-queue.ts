/**
 * The queue at the one connection of the embedded database: one transaction at a time, or two statements, of which one
 * is on its way while the other runs. The urgent and the others alternate where both wait; among each, those of a
 * sender that has had little of the database lately come first, in the order of asking. While the database is away,
 * those that cannot wait are refused and the others wait on.
 */
import { onceAborted, type Signal } from '../../abort.ts';
import { createFairTurns, type Used } from '../../fair-turns.ts';

export interface Asking {
  /** Waits until the database is back; others are refused with the reason why it is away. */
  patient?: boolean | undefined;
  /** Has every other turn to itself: what the log and its watchers ask does not wait behind queries. */
  urgent?: boolean | undefined;
  /** What its sender has had of the database lately. Nothing: it is always among the first. */
  used?: Used | undefined;
  /** For one statement, which may be sent while another runs. Others have the connection alone. */
  shared?: boolean | undefined;
  /** Aborted while it waits, it never gets its turn and rejects with the signal's reason. */
  signal?: Signal | undefined;
}

export interface ConnectionQueue {
  /** Resolves with its release when it is their turn. */
  acquire(asking?: Asking): Promise<() => void>;
  /** Nobody gets a turn until `open` is called. */
  shut(reason: Error): void;
  open(): void;
  /** Refuses everybody from now on, the patient too. Whoever has the turn keeps it. */
  end(reason: Error): void;
}

interface Waiting {
  patient: boolean;
  shared: boolean;
  used: Used | undefined;
  start(): void;
  refuse(reason: unknown): void;
}

/** The thread goes on at once to what it has been sent; more would only pass by whoever comes first later. */
const SENT_AT_ONCE = 2;

/** Shut at first. */
export function createConnectionQueue(): ConnectionQueue {
  const [urgently, ordinarily] = [createQueue(), createQueue()];
  /** Turns that are given and not released. */
  let taken = 0;
  let isAlone = false;
  /** Whose turn it is as soon as nobody else has one. */
  let chosen: Waiting | undefined;
  let wasUrgent = false;
  let away: Error | null = null;
  let over: Error | null = null;
  let isOpen = false;

  const choose = (): Waiting | undefined => {
    const isUrgent = urgently.waiting.size > 0 && !(wasUrgent && ordinarily.waiting.size > 0);
    const first = (isUrgent ? urgently : ordinarily).shift();
    if (first !== undefined) wasUrgent = isUrgent;
    return first;
  };
  const next = (): void => {
    while (isOpen && !isAlone && taken < SENT_AT_ONCE) {
      chosen ??= choose();
      if (chosen === undefined || (!chosen.shared && taken > 0)) return;
      const first = chosen;
      chosen = undefined;
      taken += 1;
      isAlone = !first.shared;
      first.start();
    }
  };
  /** A turn is released once, however often it is said. */
  const releaseOnce = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      taken -= 1;
      isAlone = false;
      next();
    };
  };
  const refuse = (reason: Error, isRefused: (waiting: Waiting) => boolean): void => {
    if (chosen !== undefined && isRefused(chosen)) {
      chosen.refuse(reason);
      chosen = undefined;
    }
    for (const queue of [urgently.waiting, ordinarily.waiting]) {
      for (const waiting of queue) {
        if (!isRefused(waiting)) continue;
        queue.delete(waiting);
        waiting.refuse(reason);
      }
    }
  };

  return {
    acquire: ({ patient = false, urgent = false, shared = false, used, signal } = {}) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (over !== null) return Promise.reject(over);
      if (away !== null && !patient) return Promise.reject(away);
      const queue = (urgent ? urgently : ordinarily).waiting;
      return new Promise((resolve, reject) => {
        const abandon = (): void => {
          queue.delete(waiting);
          if (chosen === waiting) chosen = undefined;
          reject(signal?.reason);
          next();
        };
        const stop = signal === undefined ? () => {} : onceAborted(signal, abandon);
        const waiting: Waiting = {
          ...{ patient, shared, used },
          start: () => {
            stop();
            resolve(releaseOnce());
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

interface Queue {
  /** In the order of asking. */
  waiting: Set<Waiting>;
  /** Takes out whose turn it is. */
  shift(): Waiting | undefined;
}

function createQueue(): Queue {
  const waiting = new Set<Waiting>();
  const turns = createFairTurns<Waiting>(({ used }) => used);
  return {
    waiting,
    shift: () => {
      const chosen = turns.next(waiting);
      if (chosen !== undefined) waiting.delete(chosen);
      return chosen;
    },
  };
}
