import { expect, test } from 'vitest';
import { createTurns } from '../../../src/feed/turns.ts';

test('so many run at a time, the others in the order of their coming, also after a failure', async () => {
  const turns = createTurns(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => async () => {
    log.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (name === 'b') throw new Error(name);
    return name;
  };
  const taken = ['a', 'b', 'c', 'd'].map((name) => turns.take(work(name)).catch((error: Error) => error.message));
  await expect.poll(() => log).toEqual(['a', 'b']);
  ends[1]?.();
  await expect.poll(() => log).toEqual(['a', 'b', 'c']);
  ends[0]?.();
  await expect.poll(() => log).toEqual(['a', 'b', 'c', 'd']);
  for (const end of ends) end();
  expect(await Promise.all(taken)).toEqual(['a', 'b', 'c', 'd']);
});
