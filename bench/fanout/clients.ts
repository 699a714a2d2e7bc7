/** The process of the watchers, seen from the bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { operation } from './payload.ts';
import type { Numbered, Order, Receipts } from './watchers.ts';

/** Commands sent to the clients so far; each has a number. */
let commands = 0;

export function startClients(): ChildProcess {
  return fork(fileURLToPath(new URL('./watchers.ts', import.meta.url)), {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
}

export function ask<Answer>(clients: ChildProcess, order: Order): Promise<Answer> {
  commands += 1;
  const number = commands;
  return new Promise((resolve) => {
    const read = (message: unknown): void => {
      // The clients answer each order once, in the form that belongs to it.
      const answer = message as Numbered<Answer>;
      if (answer.number !== number) return;
      clients.off('message', read);
      resolve(answer.content);
    };
    clients.on('message', read);
    clients.send({ number, content: order } satisfies Numbered<Order>);
  });
}

/** Opens so many watchers, who take turns with the variables; resolves when all have subscribed. */
export function opening(
  clients: ChildProcess,
  url: string,
  count: number,
  variables: Record<string, unknown>[],
): Promise<{ milliseconds: number }> {
  return ask(clients, { kind: 'open', port: Number(new URL(url).port), count, query: operation, variables });
}

/** Milliseconds from the call, or from the commit, to the receipts. Throws where some are missing or out of order. */
export async function receipts(clients: ChildProcess, count: number, fire: () => Promise<number>): Promise<Receipts> {
  const answer = ask<Receipts>(clients, { kind: 'expect', receipts: count, within: 20_000 });
  const at = await fire();
  const { first, median, last, received, disordered } = await answer;
  if (disordered > 0) throw new Error(`${disordered} messages came in the wrong order.`);
  if (received !== count) throw new Error(`${received} of ${count} receipts came.`);
  return { first: first - at, median: median - at, last: last - at, received, disordered };
}

export function middle(figures: readonly number[]): number {
  return figures.toSorted((left, right) => left - right)[figures.length >> 1] ?? Number.NaN;
}
