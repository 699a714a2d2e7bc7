/** Closing many clients over some time, so that they do not all come to the next instance in one moment. */
import { setTimeout } from 'node:timers/promises';

const SLICES = 25;

/** Does it to all of them, a slice after the other with some chance in between, in about so many milliseconds. */
export async function inSlices<Item>(
  items: readonly Item[],
  milliseconds: number,
  act: (item: Item) => void,
): Promise<void> {
  const slice = Math.max(1, Math.ceil(items.length / SLICES));
  for (let start = 0; start < items.length; start += slice) {
    for (const item of items.slice(start, start + slice)) act(item);
    await setTimeout((milliseconds / SLICES) * (0.5 + Math.random()));
  }
}
