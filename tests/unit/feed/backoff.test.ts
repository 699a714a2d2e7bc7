import { expect, test } from 'vitest';
import { TooExpensive } from '../../../src/feed/scheduling/answer-errors.ts';
import { createBackoff } from '../../../src/feed/scheduling/backoff.ts';
import { createBackoffRecords } from '../../../src/feed/scheduling/backoff-records.ts';

test('a group that is late rests ever longer, and is refused after the fifth time, for a while', () => {
  let now = 0;
  const backoff = createBackoff(() => now);
  const rests: number[] = [];
  for (let time = 1; time <= 4; time += 1) {
    backoff.note(true, 5);
    rests.push(backoff.restLeft);
    now += backoff.restLeft;
    expect(backoff.restLeft).toBe(0);
  }
  // Twice, four, eight and sixteen times what it took.
  expect(rests).toEqual([10, 20, 40, 80]);
  backoff.check();
  expect(() => backoff.note(true, 5)).toThrow(TooExpensive);
  expect(() => backoff.check()).toThrow(TooExpensive);
  now += 120_000;
  backoff.check();
  // It has one more try.
  expect(() => backoff.note(true, 5)).toThrow(TooExpensive);
});

test('twenty answers in time make up for a late one', () => {
  const backoff = createBackoff();
  for (let late = 0; late < 20; late += 1) {
    backoff.note(true, 0);
    for (let each = 0; each < 20; each += 1) backoff.note(false, 0);
  }
  expect(backoff.isClean).toBe(true);
});

test('a rest ends at once when nobody waits any more', async () => {
  const backoff = createBackoff();
  backoff.note(true, 60_000);
  const leaving = new AbortController();
  const resting = backoff.rest(leaving.signal);
  leaving.abort();
  await resting;
});

test('who leaves and comes back is not forgotten, unless there is nothing to remember', () => {
  const records = createBackoffRecords();
  const backoff = records.of('slow');
  backoff.note(true, 5);
  records.remember('slow', backoff);
  records.remember('quick', records.of('quick'));
  expect(records.of('slow')).toBe(backoff);
  expect(records.of('quick').isClean).toBe(true);
  for (let other = 0; other < 1_000; other += 1) records.remember(`other ${other}`, backoff);
  expect(records.of('slow')).not.toBe(backoff);
});
