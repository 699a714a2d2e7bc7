import { expect, test } from 'vitest';
import { createSemaphore } from '../../../src/database/semaphore.ts';

const never = new AbortController().signal;

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
  const waiting = semaphore.acquire(abort.signal);
  const next = semaphore.acquire(never);
  abort.abort(new Error('nobody waits'));
  await expect(waiting).rejects.toThrow('nobody waits');
  semaphore.release();
  await next;
  semaphore.release();
  expect(semaphore.acquire(never)).toBeUndefined();
});
