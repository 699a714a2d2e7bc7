import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRequestRate } from '../../../src/server/limits/request-rate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [somebody, operator] = [{ operator: false }, { operator: true }];

test('counts each address by itself, and begins anew after a minute', async () => {
  const count = createRequestRate(2);
  expect(await count('192.0.2.1', somebody)).toEqual({ exceeded: false, limit: 2, remaining: 1, reset: 60 });
  expect(await count('192.0.2.1', null)).toMatchObject({ exceeded: false, remaining: 0 });
  vi.advanceTimersByTime(20_000);
  expect(await count('192.0.2.1', somebody)).toEqual({ exceeded: true, limit: 2, remaining: 0, reset: 40 });
  expect(await count('192.0.2.2', somebody)).toMatchObject({ exceeded: false });
  vi.advanceTimersByTime(40_001);
  expect(await count('192.0.2.1', somebody)).toMatchObject({ exceeded: false, remaining: 1 });
});

test('lets an operator ask ten times as much, beside what others ask from there', async () => {
  const count = createRequestRate(1);
  await count('192.0.2.1', somebody);
  for (let asked = 1; asked <= 10; asked += 1) {
    expect(await count('192.0.2.1', operator)).toMatchObject({ exceeded: false, limit: 10, remaining: 10 - asked });
  }
  expect(await count('192.0.2.1', operator)).toMatchObject({ exceeded: true });
});
