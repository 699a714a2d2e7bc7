import { expect, test } from 'vitest';
import { createWaitingLine } from '../../../src/database/waiting-line.ts';

const never = new AbortController().signal;

test('lets as many in as there is room for, then one for each that leaves, in their order', async () => {
  const line = createWaitingLine(2);
  expect([line.enter(never), line.enter(never)]).toEqual([undefined, undefined]);
  const order: number[] = [];
  const third = line.enter(never)?.then(() => order.push(3));
  const fourth = line.enter(never)?.then(() => order.push(4));
  line.leave();
  await third;
  expect(order).toEqual([3]);
  line.leave();
  await fourth;
  expect(order).toEqual([3, 4]);
});

test('who is aborted while waiting never enters, and takes no place', async () => {
  const line = createWaitingLine(1);
  line.enter(never);
  const abort = new AbortController();
  const waiting = line.enter(abort.signal);
  const next = line.enter(never);
  abort.abort(new Error('nobody waits'));
  await expect(waiting).rejects.toThrow('nobody waits');
  line.leave();
  await next;
  line.leave();
  expect(line.enter(never)).toBeUndefined();
});
