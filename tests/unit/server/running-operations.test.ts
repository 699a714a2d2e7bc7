import { describe, expect, test } from 'vitest';
import { createRecentUse } from '../../../src/server/limits/recent-use.ts';
import { createRunningOperations, NoRoom } from '../../../src/server/limits/running-operations.ts';

const limits = {
  ...{ perAddress: 2, perProcess: 3, waitingPerAddress: 3, waitingPerProcess: 4, waitMilliseconds: 5_000 },
  usedBy: () => ({ milliseconds: 0 }),
};
const never = new AbortController().signal;

/** Waits for nothing: it may be refused when the test has ended. */
function leaveWaiting(entering: ReturnType<ReturnType<typeof createRunningOperations>['enter']>): void {
  Promise.resolve(entering).catch(() => {});
}

/** Notes who was let in, in their order. */
function note(running: ReturnType<typeof createRunningOperations>, order: string[]) {
  return async (address: string, name = address): Promise<() => void> => {
    const leave = await running.enter(address, never);
    order.push(name);
    return leave;
  };
}

test('an address runs its share, and what it asks more waits for itself alone', async () => {
  const running = createRunningOperations(limits);
  const order: string[] = [];
  const enter = note(running, order);
  const leave = await enter('a', 'a1');
  await enter('a', 'a2');
  const third = enter('a', 'a3');
  await enter('b', 'b1');
  expect([running.running, running.waiting]).toEqual([3, 1]);
  leave();
  await third;
  expect(order).toEqual(['a1', 'a2', 'b1', 'a3']);
});

test('addresses take turns, however much one of them asks', async () => {
  const running = createRunningOperations({ ...limits, perAddress: 3 });
  const order: string[] = [];
  const enter = note(running, order);
  const leaves = [await enter('a'), await enter('a'), await enter('a')];
  const later = [enter('a', 'a4'), enter('a', 'a5'), enter('b', 'b1'), enter('c', 'c1')];
  for (const leave of leaves) leave();
  const [fourth] = await Promise.all([later[0], later[2], later[3]]);
  expect(order.slice(3)).toEqual(['b1', 'c1', 'a4']);
  fourth?.();
  await later[1];
  expect(order.at(-1)).toBe('a5');
});

test('who has had little lately comes first, but who waits longest gets every fourth turn', async () => {
  const usedBy = (address: string) => ({ milliseconds: address === 'much' ? 500 : 20 });
  const running = createRunningOperations({ ...limits, perProcess: 1, waitingPerProcess: 9, usedBy });
  const order: string[] = [];
  const enter = note(running, order);
  const leave = await enter('first');
  const all = [enter('much'), ...['a', 'b', 'c', 'd'].map((name) => enter(name))].map(async (entering) =>
    (await entering)(),
  );
  leave();
  await Promise.all(all);
  expect(order.slice(1)).toEqual(['a', 'b', 'c', 'much', 'd']);
});

test('what an address has had fades by half every two seconds, and is one count for all its operations', () => {
  let now = 0;
  const usedBy = createRecentUse(() => now);
  usedBy('a').milliseconds += 300;
  usedBy('a').milliseconds += 100;
  expect([usedBy('a').milliseconds, usedBy('b').milliseconds]).toEqual([400, 0]);
  now = 4_000;
  expect(usedBy('a').milliseconds).toBe(100);
  for (let count = 0; count < 10_000; count += 1) usedBy(`other ${count}`);
  expect(usedBy('a').milliseconds).toBe(0);
});

describe('refuses', () => {
  test('an address whose line is full, and says that it is its own', async () => {
    const running = createRunningOperations(limits);
    for (let count = 0; count < 5; count += 1) leaveWaiting(running.enter('a', never));
    await expect(running.enter('a', never)).rejects.toMatchObject({ of: 'sender' });
  });

  test('everybody when the line of the process is full', async () => {
    const running = createRunningOperations({ ...limits, perProcess: 1, waitingPerProcess: 1 });
    leaveWaiting(running.enter('a', never));
    leaveWaiting(running.enter('b', never));
    await expect(running.enter('c', never)).rejects.toMatchObject({ of: 'process' });
  });

  test('who waited too long', async () => {
    const running = createRunningOperations({ ...limits, perProcess: 1, waitMilliseconds: 10 });
    leaveWaiting(running.enter('a', never));
    await expect(running.enter('b', never)).rejects.toBeInstanceOf(NoRoom);
    expect([running.running, running.waiting]).toEqual([1, 0]);
  });
});

test('who is gone leaves the line, and nothing is left of anybody in the end', async () => {
  const running = createRunningOperations({ ...limits, perProcess: 1 });
  const leave = await running.enter('a', never);
  const gone = new AbortController();
  const waiting = running.enter('b', gone.signal);
  const next = running.enter('c', never);
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  leave();
  (await next)();
  expect([running.running, running.waiting]).toEqual([0, 0]);
});
