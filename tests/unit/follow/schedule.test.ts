import { expect, test } from 'vitest';
import { isSchedule, nextAfterFailure, nextBySchedule } from '../../../src/follow/schedule.ts';

const usual = '*/10 8-19 * * 1-5; 0 * * * *';
const next = (after: string): string => nextBySchedule(usual, new Date(after)).toISOString();

test.each([
  ['a weekday in office hours', '2026-04-21T14:03:00Z', '2026-04-21T14:10:00.000Z'],
  ['the last ten minutes of a weekday', '2026-04-21T23:50:00Z', '2026-04-22T00:00:00.000Z'],
  ['a weekday night', '2026-04-22T02:10:00Z', '2026-04-22T03:00:00.000Z'],
  ['a Saturday', '2026-04-25T15:01:00Z', '2026-04-25T16:00:00.000Z'],
  ['the morning after the clocks went back', '2026-11-01T06:30:00Z', '2026-11-01T07:00:00.000Z'],
])('on %s', (_when, after, expected) => expect(next(after)).toBe(expected));

test('a pattern that is none is told', () => {
  expect(isSchedule(usual)).toBe(true);
  expect(['', '* * *', '61 * * * *', '0 * * * *;'].map(isSchedule)).toEqual([false, false, false, false]);
});

test('failures are tried again soon, then ever later, and never before the server wants it', () => {
  const after = new Date('2026-04-21T14:00:00Z');
  const minutes = (failures: number, random: number, retryAfter: number | null = null): number =>
    (nextAfterFailure(after, { failures, retryAfter }, random).getTime() - after.getTime()) / 60_000;
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => minutes(failures, 0.5))).toEqual([2, 4, 8, 16, 32, 60, 60]);
  expect([minutes(1, 0), minutes(1, 1)]).toEqual([1, 3]);
  expect(minutes(1, 0.5, 1_800)).toBe(30);
});
