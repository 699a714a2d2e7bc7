import { expect, test } from 'vitest';
import { gathered } from '../../../src/queries/gathered.ts';

/** Answers each key doubled, and keeps what it was asked. */
function doubling() {
  const asked: (readonly number[])[] = [];
  const read = gathered(async (keys: readonly number[]) => {
    asked.push(keys);
    return keys.map((key) => (key < 0 ? null : key * 2));
  });
  return { asked, read };
}

test('asks once for what is asked for in one turn, and gives each its own values', async () => {
  const { asked, read } = doubling();
  const later = Promise.resolve().then(() => read([3, -1]));
  expect(await Promise.all([read([1, 2, 1]), read([2]), later])).toEqual([[2, 4, 2], [4], [6, null]]);
  expect(asked).toEqual([[1, 2, 3, -1]]);
});

test('asks again for what comes while the values are on their way', async () => {
  const { asked, read } = doubling();
  const first = read([1]);
  await expect.poll(() => asked.length).toBe(1);
  expect(await Promise.all([first, read([1])])).toEqual([[2], [2]]);
  expect(asked).toEqual([[1], [1]]);
});

test('fails for all that asked together, and for nobody after', async () => {
  let fails = true;
  const read = gathered(async (keys: readonly number[]) => {
    if (fails) throw new Error('away');
    return keys;
  });
  const outcomes = await Promise.allSettled([read([1]), read([2])]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await read([1])).toEqual([1]);
});
