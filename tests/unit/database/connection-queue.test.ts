import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import {
  type Asking,
  type ConnectionQueue,
  createConnectionQueue,
} from '../../../src/database/embedded/connection-queue.ts';

function openQueue(): ConnectionQueue {
  const queue = createConnectionQueue();
  queue.open();
  return queue;
}

const settled = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise.catch((error: unknown) => error), new Promise((resolve) => setImmediate(resolve, 'waits'))]);

test('gives one turn at a time, in the order of asking', async () => {
  const queue = openQueue();
  const order: number[] = [];
  const first = await queue.acquire();
  const others = [1, 2, 3].map(async (number) => {
    const release = await queue.acquire();
    order.push(number);
    release();
  });
  expect(order).toEqual([]);
  first();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test('lets two statements share the connection, and gives it to others alone, whoever comes behind them', async () => {
  const queue = openQueue();
  const shared = { shared: true };
  const [first, second] = [await queue.acquire(shared), await queue.acquire(shared)];
  const third = queue.acquire(shared);
  expect(await settled(third)).toBe('waits');
  first();
  const alone = queue.acquire();
  const behind = queue.acquire(shared);
  (await third)();
  expect(await settled(alone)).toBe('waits');
  expect(await settled(behind)).toBe('waits');
  second();
  const release = await alone;
  expect(await settled(behind)).toBe('waits');
  release();
  (await behind)();
});

test('goes on to who comes next when one leaves that would have had the connection alone, or is refused', async () => {
  const queue = openQueue();
  const shared = { shared: true };
  const held = await queue.acquire(shared);
  const leaving = new AbortController();
  const alone = queue.acquire({ signal: leaving.signal });
  const behind = queue.acquire(shared);
  leaving.abort(new Error('gone'));
  await expect(alone).rejects.toThrow('gone');
  (await behind)();
  const refused = queue.acquire();
  queue.shut(new Error('away'));
  await expect(refused).rejects.toThrow('away');
  held();
});

test('counts a turn that is given back twice once', async () => {
  const queue = openQueue();
  const first = await queue.acquire();
  const second = queue.acquire();
  const third = queue.acquire();
  first();
  await second;
  first();
  expect(await settled(third)).toBe('waits');
});

test('never gives a turn to one who was aborted, and leaves no listener in any way out', async () => {
  const queue = openQueue();
  const { signal } = new AbortController();
  const abandoning = new AbortController();
  const first = await queue.acquire({ signal });
  const abandoned = queue.acquire({ signal: abandoning.signal });
  const next = queue.acquire({ signal });
  abandoning.abort(new Error('nobody waits'));
  await expect(abandoned).rejects.toThrow('nobody waits');
  await expect(queue.acquire({ signal: abandoning.signal })).rejects.toThrow('nobody waits');
  first();
  (await next)();
  const held = await queue.acquire({ signal });
  const refused = queue.acquire({ signal });
  queue.shut(new Error('away'));
  await expect(refused).rejects.toThrow('away');
  held();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(getEventListeners(abandoning.signal, 'abort')).toEqual([]);
});

test('refuses the impatient while it is shut, and lets the patient wait', async () => {
  const queue = openQueue();
  const holder = await queue.acquire();
  const statement = queue.acquire();
  const transaction = queue.acquire({ patient: true });
  queue.shut(new Error('away'));
  await expect(statement).rejects.toThrow('away');
  await expect(queue.acquire()).rejects.toThrow('away');
  holder();
  expect(await settled(transaction)).toBe('waits');
  queue.open();
  (await transaction)();
  (await queue.acquire())();
});

test('refuses everybody once it has ended', async () => {
  const queue = openQueue();
  await queue.acquire();
  const transaction = queue.acquire({ patient: true });
  queue.end(new Error('closed'));
  await expect(transaction).rejects.toThrow('closed');
  await expect(queue.acquire({ patient: true })).rejects.toThrow('closed');
});

/** Lets the askings wait for one turn, and answers in which order they come. */
async function orderOf(askings: readonly (Asking & { name: string })[]): Promise<string> {
  const queue = openQueue();
  const first = await queue.acquire();
  const order: string[] = [];
  const all = askings.map(async ({ name, ...asking }) => {
    const release = await queue.acquire(asking);
    order.push(name);
    release();
  });
  first();
  await Promise.all(all);
  return order.join(' ');
}

const of = (names: string, asking: Asking): (Asking & { name: string })[] =>
  names.split(' ').map((name) => ({ name, ...asking }));

test('the urgent come first, and alternate with the others while both wait', async () => {
  expect(await orderOf([...of('a b', {}), ...of('u v w x', { urgent: true })])).toBe('u a v b w x');
});

test('operations that have had much of the connection come after those that have had little', async () => {
  const [large, small] = [{ used: { milliseconds: 3_000 } }, { used: { milliseconds: 49 } }];
  expect(await orderOf([...of('l', large), ...of('s t', small)])).toBe('s t l');
});

test('one of four turns goes to who waits longest, so that a large operation ends under a flood of small ones', async () => {
  const large = { used: { milliseconds: 3_000 } };
  expect(await orderOf([...of('l', large), ...of('a b c d e f', {})])).toBe('a b l c d e f');
});
