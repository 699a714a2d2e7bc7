/** The process of the watchers, seen from the bench. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Findings, FinishOrder, Order, StartOrder } from './watchers.ts';

export interface Clients extends AsyncDisposable {
  /** Resolves once each had a connection. */
  start(order: Omit<StartOrder, 'kind'>): Promise<void>;
  /** Waits until all have the last event, or the time is over, and answers what they got. */
  finish(order: Omit<FinishOrder, 'kind'>): Promise<Findings>;
}

export function startClients(): Clients {
  const child = fork(fileURLToPath(new URL('./watchers.ts', import.meta.url)), {
    execArgv: ['--import', import.meta.resolve('tsx')],
    // Maps, and lists of hundreds of thousands of numbers.
    serialization: 'advanced',
  });

  function ask(order: Order): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`The watchers' process ended with ${code}.`));
      child.once('exit', ended);
      child.once('message', (answer) => {
        child.off('exit', ended);
        resolve(answer);
      });
      child.send(order);
    });
  }

  return {
    start: async (order) => {
      await ask({ kind: 'start', ...order });
    },
    // The watchers answer each order once, this one with their findings.
    finish: (order) => ask({ kind: 'finish', ...order }) as Promise<Findings>,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}
