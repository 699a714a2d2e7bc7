/** What groups keep is bounded in sum, counted in characters. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../src/feed/groups/frame.ts';
import { createMemory } from '../../../src/feed/groups/memory.ts';
import { createRing } from '../../../src/feed/groups/ring.ts';

const frame = (sequence: number, length: number): Frame => ({
  ...{ sequence, cursor: String(sequence) },
  payload: 'x'.repeat(length),
});

test('those that keep most let go first; what fits nowhere drives nobody out', () => {
  const memory = createMemory(1_000);
  const released: string[] = [];
  const keepers = ['small', 'large', 'equal', 'newest'].map((name) => {
    const keeper = memory.keeper(() => {
      released.push(name);
      keeper.keep(0);
    });
    return keeper;
  });
  const sizes = [100, 300, 300, 290];
  for (const [index, keeper] of keepers.entries()) keeper.keep(sizes[index] ?? 0);
  expect([memory.characters, released]).toEqual([990, []]);
  keepers[3]?.keep(350);
  expect([memory.characters, released]).toEqual([750, ['large']]);
  keepers[3]?.keep(1_200);
  expect([memory.characters, released]).toEqual([400, ['large', 'newest']]);
});

test('whatever many rings are given, they keep no more than the bound, and count it rightly', () => {
  const step = fc.record({ ring: fc.nat(5), frames: fc.array(fc.nat(40_000), { maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const memory = createMemory(100_000);
      const rings = Array.from({ length: 6 }, () => ({ ring: createRing(0, memory), end: 0 }));
      for (const { ring: which, frames } of steps) {
        const own = rings[which];
        if (own === undefined) continue;
        const made = frames.map((length, index) => frame(own.end + index + 1, length));
        own.end += made.length;
        own.ring.push({ frames: made, scannedTo: own.end });
        expect(memory.characters).toBeLessThanOrEqual(100_000);
        // What a ring still answers is whole: to its end, without a gap.
        for (let after = 0; after <= own.end; after += 1) {
          const kept = own.ring.after(after)?.frames;
          if (kept !== undefined) expect(kept.map(({ sequence }) => sequence)).toEqual(range(after + 1, own.end));
        }
      }
      for (const { ring, end } of rings) {
        ring.empty();
        expect(ring.after(end)).toEqual({ frames: [], scannedTo: end });
        if (end > 0) expect(ring.after(end - 1)).toBeNull();
      }
      expect(memory.characters).toBe(0);
    }),
    { numRuns: 100 },
  );
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
