/** Starts the worker thread of an embedded database and speaks with it: bytes there, bytes back, in order. */
import { Worker } from 'node:worker_threads';
import { threadModule } from '../../package-root.ts';
import { compileOnce } from './compiled-module.ts';
import { DatabaseClosed, DatabaseEnded, DatabaseReopening } from './faults.ts';
import type { FromThread, ThreadData, ToThread } from './thread-messages.ts';

export interface DatabaseThread {
  /**
   * Bytes of PostgreSQL's protocol, answered in the order of the calls. Calls `onTurn` when all before are answered.
   * Rejects when the thread ends before: with the reason whatever ran, with DatabaseReopening what waited behind it.
   */
  run(bytes: Uint8Array<ArrayBuffer>, onTurn?: () => void): Promise<Uint8Array>;
  /** Ends it whatever it does; what waits for an answer rejects at once with the reason. Resolves when it has exited. */
  end(reason: Error): Promise<void>;
  /** Closes the database in order, behind what runs. Resolves when the thread has exited. */
  close(): Promise<void>;
  /** Calls back with the reason as soon as nothing more is answered, before anybody else hears of it. */
  onEnded(listener: (reason: Error) => void): void;
  /** Resolves when nothing of it is left: only then may the folder be opened again. */
  readonly exited: Promise<void>;
}

interface Waiting {
  onTurn: (() => void) | undefined;
  resolve(answer: Uint8Array): void;
  reject(reason: Error): void;
}

/** Resolves when the database is open. A folder that is empty or missing is filled by initdb, which takes seconds. */
export async function startThread(directory: string): Promise<DatabaseThread> {
  const workerData: ThreadData = { directory, module: await compileOnce() };
  // It needs nothing of the environment, and secrets may stand in it; nor of how this process was started.
  const worker = new Worker(threadModule('database/embedded/database-thread.mjs'), {
    workerData,
    env: {},
    execArgv: [],
  });
  const waiting: Waiting[] = [];
  let refusal: Error | undefined;
  let hasEnded = false;
  let tellEnded: (reason: Error) => void = () => {};
  const stop = (reason: Error): void => {
    if (hasEnded) return;
    hasEnded = true;
    refusal ??= reason;
    tellEnded(refusal);
    const [running, ...behind] = waiting.splice(0);
    running?.reject(refusal);
    for (const { reject } of behind) reject(new DatabaseReopening(refusal));
  };
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      stop(new DatabaseEnded('The thread of the embedded database has ended.'));
      resolve();
    });
  });
  worker.on('error', (cause) => stop(new DatabaseEnded('The embedded database has failed.', { cause })));
  const end = async (reason: Error): Promise<void> => {
    stop(reason);
    worker.ref();
    await worker.terminate();
    await exited;
  };

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromThread) => {
      if (message === 'opened') return resolve();
      // PGlite may leave handles behind that keep a thread alive.
      if (message === 'closed') return void end(new DatabaseClosed('The embedded database is closed.'));
      waiting.shift()?.resolve(message);
      waiting[0]?.onTurn?.();
      // An idle database does not keep the process alive: what was acknowledged is in its files.
      if (waiting.length === 0 && refusal === undefined) worker.unref();
    });
    void exited.then(() => reject(refusal));
  });
  worker.unref();

  const send = (message: ToThread, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
  return {
    onEnded: (listener) => {
      if (hasEnded && refusal !== undefined) listener(refusal);
      tellEnded = listener;
    },
    exited,
    end,
    run: (bytes, onTurn) =>
      new Promise((resolve, reject) => {
        if (refusal !== undefined) return reject(refusal);
        if (waiting.length === 0) worker.ref();
        waiting.push({ onTurn, resolve, reject });
        send(bytes, [bytes.buffer]);
        if (waiting.length === 1) onTurn?.();
      }),
    close: () => {
      if (refusal === undefined) {
        refusal = new DatabaseClosed('The embedded database is closed.');
        worker.ref();
        send('close');
      }
      return exited;
    },
  };
}
