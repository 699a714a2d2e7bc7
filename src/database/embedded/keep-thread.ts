/**
 * Keeps the thread of an embedded database open: one that was ended, or died by itself, is followed by another on the
 * same folder as soon as nothing is left of it. After several failures in a row the database is closed for good, so
 * that a supervisor notices instead of the process trying for ever.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Asking, createConnectionQueue } from './connection-queue.ts';
import { DatabaseClosed, DatabaseReopening, StatementTooLong } from './faults.ts';
import type { DatabaseThread } from './start-thread.ts';

export interface KeeperOptions {
  start(): Promise<DatabaseThread>;
  /** What a new thread needs before anybody speaks with it. */
  prepare(thread: DatabaseThread): Promise<void>;
  /** Called each time that another thread has taken the place of one that ended. */
  onReopened(): void;
  /** Told why a thread ended, and why another could not be opened. */
  onTrouble(error: Error): void;
  /** Waits before each try to open it again, in milliseconds; unless one succeeds, that was it. */
  tries?: readonly number[];
}

export interface Turn {
  thread: DatabaseThread;
  release(): void;
}

export interface ThreadKeeper {
  /** Resolves when it is their turn at the database. */
  take(asking?: Asking): Promise<Turn>;
  /** Throws when the database has been away for more than a second, or is closed for good. */
  check(): void;
  /** Closes in order, behind those who asked for a turn before; what runs for longer than this is cut. */
  close(milliseconds: number): Promise<void>;
  /** Ends it at once, without closing: nothing is written any more, and everybody is refused with the reason. */
  abandon(reason: Error): void;
}

/** Opening again takes less on an idle machine; health is asked by then. */
const AWAY_MILLISECONDS = 1_000;
const TRIES_MILLISECONDS = [0, 250, 500, 1_000, 2_000];
/** A thread that dies sooner counts as one that could not be opened. */
const STEADY_MILLISECONDS = 10_000;

/** Resolves once the first thread is open. */
export async function keepThread(options: KeeperOptions): Promise<ThreadKeeper> {
  const tries = options.tries ?? TRIES_MILLISECONDS;
  const queue = createConnectionQueue();
  let thread = await open();
  let openedAt = performance.now();
  /** Since when there is none; null while there is one. */
  let awaySince: number | null = null;
  let failures = 0;
  let over: Error | null = null;
  let reopening: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;
  queue.open();
  follow();

  async function open(): Promise<DatabaseThread> {
    const started = await options.start();
    try {
      await options.prepare(started);
    } catch (error) {
      await started.end(asError(error));
      throw error;
    }
    return started;
  }

  function follow(): void {
    thread.onEnded((reason) => {
      if (closing !== undefined || over !== null) return;
      awaySince = performance.now();
      queue.shut(new DatabaseReopening(reason));
      options.onTrouble(reason);
      const isFailure = !(reason instanceof StatementTooLong) && performance.now() - openedAt < STEADY_MILLISECONDS;
      failures = isFailure ? failures + 1 : 0;
      reopening = reopen(thread.exited);
    });
  }

  async function reopen(exited: Promise<void>): Promise<void> {
    await exited;
    for (; failures < tries.length; failures += 1) {
      await wait(tries[failures]);
      if (closing !== undefined) return;
      try {
        thread = await open();
      } catch (error) {
        options.onTrouble(asError(error));
        continue;
      }
      openedAt = performance.now();
      awaySince = null;
      queue.open();
      follow();
      return options.onReopened();
    }
    over ??= new DatabaseClosed('The embedded database has failed too often in a row and stays closed.');
    queue.end(over);
    options.onTrouble(over);
  }

  async function close(milliseconds: number): Promise<void> {
    const closed = new DatabaseClosed('The embedded database is closed.');
    const late = setTimeout(() => {
      queue.end(closed);
      void thread.end(closed);
    }, milliseconds);
    await reopening;
    // Behind all who wait; when it is away, they are refused instead.
    if (awaySince === null) await queue.acquire({ patient: true }).catch(() => {});
    over ??= closed;
    queue.end(over);
    await thread.close();
    clearTimeout(late);
  }

  async function cut(reason: Error): Promise<void> {
    over = reason;
    queue.end(reason);
    await thread.end(reason);
    // One that was being opened meanwhile is another.
    await reopening;
    await thread.end(reason);
  }

  return {
    take: async (asking) => {
      const release = await queue.acquire(asking);
      return { thread, release };
    },
    check: () => {
      if (over !== null) throw over;
      if (awaySince === null || performance.now() - awaySince < AWAY_MILLISECONDS) return;
      throw new DatabaseReopening(new Error('It has been away for more than a second.'));
    },
    close: (milliseconds) => {
      closing ??= close(milliseconds);
      return closing;
    },
    abandon: (reason) => {
      const closedBefore = closing;
      closing = cut(reason).then(() => closedBefore);
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
