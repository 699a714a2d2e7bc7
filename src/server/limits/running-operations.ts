/**
 * How many operations run at this moment: for one address, and in this process. The others wait a short while: those
 * of the address that has had least of the database lately come first, among equals one address after the other, so
 * that who asks much waits for themselves.
 */
import type { Signal } from '../../abort.ts';
import { createFairTurns, type Used } from '../../fair-turns.ts';

export interface RunningOperations {
  /**
   * Answers how to leave, which is to be called once. Rejects with {@link NoRoom}, or with the signal's reason when it
   * is aborted first.
   */
  enter(address: string, signal: Signal): Promise<() => void> | (() => void);
  readonly running: number;
  readonly waiting: number;
}

export interface RunningLimits {
  perAddress: number;
  perProcess: number;
  waitingPerAddress: number;
  waitingPerProcess: number;
  /** Who waited so long is refused. */
  waitMilliseconds: number;
  /** What an address has had lately. */
  usedBy(address: string): Used;
}

/** `sender`: the address asks for more than may even wait; `process`: the server has no room for it now. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  readonly of: 'sender' | 'process';
  constructor(of: NoRoom['of']) {
    super(
      of === 'sender' ? 'Too many operations of this address are under way.' : 'Too many operations are under way.',
    );
    this.of = of;
  }
}

interface Sender {
  running: number;
  waiting: Set<() => void>;
}

export function createRunningOperations(limits: RunningLimits): RunningOperations {
  const senders = new Map<string, Sender>();
  /** Addresses that wait and may run more, in the order of their turns. */
  const turns = new Set<string>();
  const fairly = createFairTurns(limits.usedBy);
  let running = 0;
  let waiting = 0;

  function senderOf(address: string): Sender {
    const known = senders.get(address);
    if (known !== undefined) return known;
    const fresh: Sender = { running: 0, waiting: new Set() };
    senders.set(address, fresh);
    return fresh;
  }

  function begin(address: string, sender: Sender): () => void {
    sender.running += 1;
    running += 1;
    return () => {
      sender.running -= 1;
      running -= 1;
      if (sender.waiting.size > 0) turns.add(address);
      else if (sender.running === 0) senders.delete(address);
      beginNext();
    };
  }

  function beginNext(): void {
    if (running >= limits.perProcess) return;
    const address = fairly.next(turns);
    if (address === undefined) return;
    turns.delete(address);
    const [start] = senderOf(address).waiting;
    start?.();
  }

  function wait(address: string, sender: Sender, signal: Signal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const leaveLine = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        sender.waiting.delete(start);
        waiting -= 1;
      };
      const start = (): void => {
        leaveLine();
        const leave = begin(address, sender);
        if (sender.waiting.size > 0 && sender.running < limits.perAddress) turns.add(address);
        resolve(leave);
      };
      const refuse = (reason: unknown): void => {
        leaveLine();
        if (sender.waiting.size === 0) turns.delete(address);
        if (sender.waiting.size === 0 && sender.running === 0) senders.delete(address);
        reject(reason);
      };
      const giveUp = (): void => refuse(signal.reason);
      const timer = setTimeout(
        // Places that are not given back in time are not the sender's doing.
        () => refuse(new NoRoom('process')),
        limits.waitMilliseconds,
      );
      signal.addEventListener('abort', giveUp, { once: true });
      sender.waiting.add(start);
      waiting += 1;
      if (sender.running < limits.perAddress) turns.add(address);
    });
  }

  return {
    enter: (address, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      const sender = senderOf(address);
      if (running < limits.perProcess && sender.running < limits.perAddress) return begin(address, sender);
      const isFull = sender.waiting.size >= limits.waitingPerAddress || waiting >= limits.waitingPerProcess;
      if (!isFull) return wait(address, sender, signal);
      if (sender.running === 0 && sender.waiting.size === 0) senders.delete(address);
      return Promise.reject(new NoRoom(sender.waiting.size >= limits.waitingPerAddress ? 'sender' : 'process'));
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiting;
    },
  };
}
