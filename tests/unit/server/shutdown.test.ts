import { expect, test } from 'vitest';
import { closeInOrder } from '../../../src/server/shutdown.ts';

test('runs the steps one after the other and gathers what failed', async () => {
  const order: string[] = [];
  const step = (name: string, run: () => Promise<void> | void) => ({
    name,
    deadlineMilliseconds: 50,
    run: () => {
      order.push(name);
      return run();
    },
  });
  const errors = await closeInOrder([
    step('first', async () => {}),
    step('fails', () => {
      throw new Error('no');
    }),
    step('hangs', () => new Promise(() => {})),
    step('last', () => {}),
  ]);
  expect(order).toEqual(['first', 'fails', 'hangs', 'last']);
  expect(errors.map((error) => error.message)).toEqual(['While closing: fails', 'While closing: hangs']);
});
