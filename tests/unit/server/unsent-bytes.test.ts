import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createUnsentBytes, type UnsentBytes } from '../../../src/server/limits/unsent-bytes.ts';

let unsent: UnsentBytes;
let closed: string[];

beforeEach(() => {
  vi.useFakeTimers();
  unsent = createUnsentBytes({ perAddress: 100, perProcess: 250 }, 1_000);
  closed = [];
});
afterEach(() => {
  unsent.close();
  vi.useRealTimers();
});

/** A stream with as many bytes as `waiting` says. */
function stream(name: string, address: string, waiting: { bytes: number }) {
  return unsent.follow({ address, unsent: () => waiting.bytes, close: () => closed.push(name) });
}

const exceeded = (address: string, bytes: number) => unsent.exceeded(address, bytes);

test('what is held counts for its address and for all, until it is given back, once', () => {
  const giveBack = unsent.hold('a', 90);
  expect([exceeded('a', 10), exceeded('a', 11), exceeded('b', 100), exceeded('b', 101)]).toEqual([
    ...[null, 'address', null, 'address'],
  ]);
  unsent.hold('b', 90);
  expect([exceeded('c', 70), exceeded('c', 71)]).toEqual([null, 'process']);
  giveBack();
  giveBack();
  expect([unsent.total, exceeded('a', 100)]).toEqual([90, null]);
});

test('of the streams of an address the slowest ends, and no other', () => {
  const [slow, slower, elsewhere] = [{ bytes: 40 }, { bytes: 50 }, { bytes: 90 }];
  stream('elsewhere', 'b', elsewhere).measure();
  stream('slow', 'a', slow).measure();
  const last = stream('slower', 'a', slower);
  last.measure();
  expect(closed).toEqual([]);
  slower.bytes = 70;
  last.measure();
  expect([closed, unsent.total]).toEqual([['slower'], 130]);
  last.measure();
  last.leave();
  expect(unsent.total).toBe(130);
});

test('of all streams the slowest end where the process holds too much', () => {
  stream('a', 'a', { bytes: 80 }).measure();
  stream('b', 'b', { bytes: 90 }).measure();
  stream('c', 'c', { bytes: 85 }).measure();
  expect([closed, unsent.total]).toEqual([['b'], 165]);
});

test('streams that never stalled are found by the timer, and forgotten when they leave', () => {
  const [first, second] = [{ bytes: 60 }, { bytes: 0 }];
  const followed = [stream('first', 'a', first), stream('second', 'a', second)];
  vi.advanceTimersByTime(1_000);
  expect(unsent.total).toBe(60);
  second.bytes = 50;
  vi.advanceTimersByTime(1_000);
  expect([closed, unsent.total]).toEqual([['first'], 50]);
  for (const each of followed) each.leave();
  expect(unsent.total).toBe(0);
});

test('answers that fill an address end its streams when they stall', () => {
  unsent.hold('a', 95);
  stream('one', 'a', { bytes: 10 }).measure();
  expect([closed, unsent.total]).toEqual([['one'], 95]);
});

test('a stream may write less ahead where half is used up, by its address or by all', () => {
  const [here, elsewhere] = [stream('here', 'a', { bytes: 0 }), stream('elsewhere', 'b', { bytes: 0 })];
  const normal = here.ahead();
  const giveBack = unsent.hold('a', 51);
  expect([here.ahead() < normal, elsewhere.ahead()]).toEqual([true, normal]);
  unsent.hold('c', 75);
  expect(elsewhere.ahead()).toBeLessThan(normal);
  giveBack();
  expect([here.ahead(), elsewhere.ahead()]).toEqual([normal, normal]);
});
