import { expect, test } from 'vitest';
import { createSemaphore } from '../../../src/database/statements/semaphore.ts';

const never = { signal: new AbortController().signal, used: { milliseconds: 0 } };

test('lets as many in as there is room for, then one for each that leaves, in their order', async () => {
  const semaphore = createSemaphore(2);
  expect([semaphore.acquire(never), semaphore.acquire(never)]).toEqual([undefined, undefined]);
  const order: number[] = [];
  const third = semaphore.acquire(never)?.then(() => order.push(3));
  const fourth = semaphore.acquire(never)?.then(() => order.push(4));
  semaphore.release();
  await third;
  expect(order).toEqual([3]);
  semaphore.release();
  await fourth;
  expect(order).toEqual([3, 4]);
});

test('who is aborted while waiting never enters, and takes no place', async () => {
  const semaphore = createSemaphore(1);
  semaphore.acquire(never);
  const abort = new AbortController();
  const waiting = semaphore.acquire({ ...never, signal: abort.signal });
  const next = semaphore.acquire(never);
  abort.abort(new Error('nobody waits'));
  await expect(waiting).rejects.toThrow('nobody waits');
  semaphore.release();
  await next;
  semaphore.release();
  expect(semaphore.acquire(never)).toBeUndefined();
});

test('whose sender has had least of the database comes first, and every fourth time who waits longest', async () => {
  const semaphore = createSemaphore(1);
  semaphore.acquire(never);
  const order: string[] = [];
  const enter = (name: string, milliseconds: number): void => {
    void semaphore.acquire({ ...never, used: { milliseconds } })?.then(() => order.push(name));
  };
  for (const name of ['first', 'second']) enter(`much, ${name}`, 1_000);
  for (const name of ['first', 'second', 'third']) enter(`little, ${name}`, 10);
  for (let turn = 0; turn < 5; turn += 1) {
    semaphore.release();
    await Promise.resolve();
  }
  expect(order).toEqual(['little, first', 'little, second', 'little, third', 'much, first', 'much, second']);
});
