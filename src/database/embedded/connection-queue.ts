/**
 * ConnectionQueue at the one connection of the embedded database: one statement or one transaction at a time. The urgent and the
 * others alternate where both wait; among each, those of an operation that has had little of the connection come first,
 * in the order of asking. While the database is away, those that cannot wait are refused and the others wait on.
 */
import { onceAborted, type Signal } from '../../abort.ts';

export interface Asking {
  /** Waits until the database is back; others are refused with the reason why it is away. */
  patient?: boolean | undefined;
  /** Has every other turn to itself: what the log and its watchers ask does not wait behind queries. */
  urgent?: boolean | undefined;
  /** What the operation has had of the connection. Nothing: it is always among the first. */
  used?: Used | undefined;
  /** Aborted while it waits, it never gets its turn and rejects with the signal's reason. */
  signal?: Signal | undefined;
}

/** Milliseconds, counted by who has the turns. */
export interface Used {
  milliseconds: number;
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
  used: Used | undefined;
  start(): void;
  refuse(reason: unknown): void;
}

/** An operation that has used less is as new as any: its next statement does not wait behind all who come after it. */
const SHARE_MILLISECONDS = 50;
/** Of so many turns one goes to who waits longest, so that a large operation goes on under any load. */
const LONGEST_WAITING_EVERY = 4;

/** Shut at first. */
export function createConnectionQueue(): ConnectionQueue {
  const [urgently, ordinarily] = [createQueue(), createQueue()];
  let taken = false;
  let wasUrgent = false;
  let away: Error | null = null;
  let over: Error | null = null;
  let isOpen = false;

  const next = (): void => {
    if (taken || !isOpen) return;
    const isUrgent = urgently.waiting.size > 0 && !(wasUrgent && ordinarily.waiting.size > 0);
    const first = (isUrgent ? urgently : ordinarily).shift();
    if (first === undefined) return;
    wasUrgent = isUrgent;
    taken = true;
    first.start();
  };
  /** A turn is released once, however often it is said. */
  const releaseOnce = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      taken = false;
      next();
    };
  };
  const refuse = (reason: Error, isRefused: (waiting: Waiting) => boolean): void => {
    for (const queue of [urgently.waiting, ordinarily.waiting]) {
      for (const waiting of queue) {
        if (!isRefused(waiting)) continue;
        queue.delete(waiting);
        waiting.refuse(reason);
      }
    }
  };

  return {
    acquire: ({ patient = false, urgent = false, used, signal } = {}) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (over !== null) return Promise.reject(over);
      if (away !== null && !patient) return Promise.reject(away);
      const queue = (urgent ? urgently : ordinarily).waiting;
      return new Promise((resolve, reject) => {
        const abandon = (): void => {
          queue.delete(waiting);
          reject(signal?.reason);
        };
        const stop = signal === undefined ? () => {} : onceAborted(signal, abandon);
        const waiting: Waiting = {
          patient,
          used,
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
  let turns = 0;
  return {
    waiting,
    shift: () => {
      let [chosen] = waiting;
      if (chosen === undefined) return undefined;
      turns += 1;
      if (turns % LONGEST_WAITING_EVERY !== 0) {
        for (const each of waiting) if (sharesOf(each) < sharesOf(chosen)) chosen = each;
      }
      waiting.delete(chosen);
      return chosen;
    },
  };
}

const sharesOf = ({ used }: Waiting): number => Math.floor((used?.milliseconds ?? 0) / SHARE_MILLISECONDS);
