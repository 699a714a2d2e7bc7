/**
 * The clients, a process of their own: opens watchers, then tells of each event when it was received first, in the
 * median and last. Driven by messages of its parent.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { openWatcher, type WatcherSocket } from './watcher-socket.ts';

export type Order =
  | { kind: 'open'; port: number; count: number; query: string; variables: Record<string, unknown>[] }
  | { kind: 'expect'; receipts: number; within: number }
  | { kind: 'pause' | 'resume'; every: number }
  | { kind: 'close' };

export interface Receipts {
  first: number;
  median: number;
  last: number;
  received: number;
  /** In all so far. */
  disordered: number;
}

const AT_ONCE = 100;
let watchers: WatcherSocket[] = [];
let receipts: number[] = [];
let expected = Number.POSITIVE_INFINITY;
let complete = (): void => {};
let closed = 0;

async function open({ port, count, query, variables }: Order & { kind: 'open' }): Promise<{ milliseconds: number }> {
  const startedAt = performance.now();
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const which = next % variables.length;
      const own = variables[which] ?? {};
      // An address may ask only so many different questions.
      const localAddress = `127.0.0.${1 + which}`;
      next += 1;
      const onNext = (at: number): void => {
        receipts.push(at);
        if (receipts.length >= expected) complete();
      };
      const onClose = (): void => {
        closed += 1;
      };
      watchers.push(
        await openWatcher({ port, localAddress, id: randomUUID(), query, variables: own, onNext, onClose }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { milliseconds: performance.now() - startedAt };
}

async function expectReceipts(count: number, within: number): Promise<Receipts> {
  expected = count;
  if (receipts.length < count) {
    const done = new Promise<void>((resolve) => {
      complete = resolve;
    });
    await Promise.race([done, setTimeout(within)]);
  }
  const sorted = receipts.toSorted((left, right) => left - right);
  receipts = [];
  expected = Number.POSITIVE_INFINITY;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const disordered = watchers.reduce((sum, watcher) => sum + watcher.disordered, 0);
  return {
    first: at(0),
    median: at(sorted.length >> 1),
    last: at(sorted.length - 1),
    received: sorted.length,
    disordered,
  };
}

async function obey(order: Order): Promise<object> {
  switch (order.kind) {
    case 'open':
      return open(order);
    case 'expect':
      return expectReceipts(order.receipts, order.within);
    case 'close':
      for (const { socket } of watchers) socket.destroy();
      watchers = [];
      return { closed };
    default: {
      const some = watchers.filter((_, index) => index % order.every === 0);
      for (const { socket } of some) order.kind === 'pause' ? socket.pause() : socket.resume();
      return { received: some.map(({ received }) => received), closed };
    }
  }
}

/** A command with a number that its reply repeats, since several may run at a time. */
export interface Numbered<Content> {
  number: number;
  content: Content;
}

process.on('message', (message) => {
  // Only bench/fanout sends messages, and only orders.
  const { number, content } = message as Numbered<Order>;
  void obey(content).then((answer) => process.send?.({ number, content: answer } satisfies Numbered<object>));
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => {
  // Reset, not closed: ports that wait out their end slow down whoever connects next.
  for (const { socket } of watchers) socket.resetAndDestroy();
  process.exit();
});
