import { expect, test } from 'vitest';
import { createLateness } from '../../../src/feed/lateness.ts';
import { createLatenessRecords } from '../../../src/feed/lateness-records.ts';
import { TooExpensive } from '../../../src/feed/trouble.ts';

test('a group that is late rests ever longer, and is refused after the fifth time, for a while', () => {
  let now = 0;
  const lateness = createLateness(() => now);
  const rests: number[] = [];
  for (let time = 1; time <= 4; time += 1) {
    lateness.note(true, 5);
    rests.push(lateness.restLeft);
    now += lateness.restLeft;
    expect(lateness.restLeft).toBe(0);
  }
  // Twice, four, eight and sixteen times what it took.
  expect(rests).toEqual([10, 20, 40, 80]);
  lateness.check();
  expect(() => lateness.note(true, 5)).toThrow(TooExpensive);
  expect(() => lateness.check()).toThrow(TooExpensive);
  now += 120_000;
  lateness.check();
  // It has one more try.
  expect(() => lateness.note(true, 5)).toThrow(TooExpensive);
});

test('twenty answers in time make up for a late one', () => {
  const lateness = createLateness();
  for (let late = 0; late < 20; late += 1) {
    lateness.note(true, 0);
    for (let each = 0; each < 20; each += 1) lateness.note(false, 0);
  }
  expect(lateness.isClean).toBe(true);
});

test('a rest ends at once when nobody waits any more', async () => {
  const lateness = createLateness();
  lateness.note(true, 60_000);
  const leaving = new AbortController();
  const resting = lateness.rest(leaving.signal);
  leaving.abort();
  await resting;
});

test('who leaves and comes back is not forgotten, unless there is nothing to remember', () => {
  const records = createLatenessRecords();
  const lateness = records.of('slow');
  lateness.note(true, 5);
  records.remember('slow', lateness);
  records.remember('quick', records.of('quick'));
  expect(records.of('slow')).toBe(lateness);
  expect(records.of('quick').isClean).toBe(true);
  for (let other = 0; other < 1_000; other += 1) records.remember(`other ${other}`, lateness);
  expect(records.of('slow')).not.toBe(lateness);
});
