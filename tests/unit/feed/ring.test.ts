import { expect, test } from 'vitest';
import type { Frame } from '../../../src/feed/groups/frame.ts';
import { createRing } from '../../../src/feed/groups/ring.ts';

const frame = (sequence: number, payload = '{}'): Frame => ({ sequence, cursor: String(sequence), payload });
const sequences = (found: { frames: readonly Frame[] } | null) => found?.frames.map(({ sequence }) => sequence);

test('answers what follows a place, wherever that place is between the frames', () => {
  const ring = createRing(10);
  ring.push({ frames: [frame(12), frame(15)], scannedTo: 20 });
  ring.push({ frames: [frame(22)], scannedTo: 30 });
  expect([10, 11, 12, 14, 15, 21, 22, 30].map((place) => sequences(ring.after(place)))).toEqual([
    ...[[12, 15, 22], [12, 15, 22], [15, 22], [15, 22], [22], [22], [], []],
  ]);
  expect(ring.after(12)?.scannedTo).toBe(30);
});

test('knows nothing of what came before it', () => {
  expect(createRing(10).after(9)).toBeNull();
});

test('never moves a place back that is ahead of it', () => {
  expect(createRing(10).after(40)).toEqual({ frames: [], scannedTo: 40 });
});

test('keeps a thousand frames, and says so of older places', () => {
  const ring = createRing(0);
  for (let start = 1; start <= 1_500; start += 100) {
    const frames = Array.from({ length: 100 }, (_, index) => frame(start + index));
    ring.push({ frames, scannedTo: start + 99 });
  }
  expect(ring.after(499)).toBeNull();
  expect(ring.after(500)?.frames).toHaveLength(1_000);
});

test('keeps fewer of large frames, but always the newest', () => {
  const ring = createRing(0);
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    ring.push({ frames: [frame(sequence, 'x'.repeat(3_000_000))], scannedTo: sequence });
  }
  expect(sequences(ring.after(4))).toEqual([5]);
  expect(ring.after(3)).toBeNull();
});
