import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Abort } from '../../../src/abort.ts';
import { createRequestRate } from '../../../src/server/limits/request-rate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const somebody = { operator: false };
const withKey = (name: string) => {
  const key = { id: null, name, role: 'READ' as const, countedBy: name, ended: new Abort() };
  return { operator: false, key };
};

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

test('never says to wait for more than a minute, and begins anew after it, where the clock is set back or ahead', async () => {
  const count = createRequestRate(1);
  const ask = () => count('192.0.2.1', somebody);
  await ask();
  for (const hours of [-1, 2]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    const { exceeded, reset } = await ask();
    expect(reset).toBe(60);
    expect(exceeded).toBe(hours < 0);
  }
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await ask()).toEqual({ exceeded: true, limit: 1, remaining: 0, reset: 60 });
  vi.advanceTimersByTime(60_001);
  expect(await ask()).toMatchObject({ exceeded: false });
});

test('lets whoever has a key ask ten times as much, counted for the key, wherever it is sent from', async () => {
  const count = createRequestRate(1);
  const [one, other] = [withKey('one'), withKey('other')];
  await count('192.0.2.1', somebody);
  for (let asked = 1; asked <= 10; asked += 1) {
    const allowance = await count(`192.0.2.${asked}`, one);
    expect(allowance).toMatchObject({ exceeded: false, limit: 10, remaining: 10 - asked });
  }
  expect(await count('192.0.2.1', one)).toMatchObject({ exceeded: true });
  expect(await count('192.0.2.1', other)).toMatchObject({ exceeded: false });
});
