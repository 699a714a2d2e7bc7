import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame, Page } from '../../../src/feed/groups/frame.ts';
import { createWatcher, type Sink } from '../../../src/feed/groups/watcher.ts';

const frame = (sequence: number): Frame => ({ sequence, cursor: String(sequence), payload: '{}' });

/** A sink that takes so many frames at a time, and has room again when the test says so. */
class NarrowSink implements Sink {
  readonly taken: number[] = [];
  readonly failures: unknown[] = [];
  width: number;
  #ready: (() => void)[] = [];

  constructor(width: number) {
    this.width = width;
  }

  write(frames: readonly Frame[]): number {
    const some = frames.slice(0, this.width);
    this.taken.push(...some.map(({ sequence }) => sequence));
    return some.length;
  }

  whenReady(listener: () => void): void {
    this.#ready.push(listener);
  }

  drain(): void {
    for (const listener of this.#ready.splice(0)) listener();
  }

  fail(error: unknown): void {
    this.failures.push(error);
  }
}

test('a full sink costs the watcher nothing but its place, and it goes on from there', () => {
  const all = [1, 2, 3, 4, 5].map(frame);
  const after = (sequence: number): Page => ({ frames: all.filter((each) => each.sequence > sequence), scannedTo: 9 });
  const sink = new NarrowSink(2);
  const watcher = createWatcher({ after }, sink, 0, () => {});
  watcher.advance();
  expect([sink.taken, watcher.sequence, watcher.stalled]).toEqual([[1, 2], 2, true]);
  watcher.advance();
  expect(sink.taken).toEqual([1, 2]);
  sink.drain();
  sink.drain();
  expect([sink.taken, watcher.sequence, watcher.stalled]).toEqual([[1, 2, 3, 4, 5], 9, false]);
});

test('a sink that takes nothing is not written to until it has room', () => {
  const sink = new NarrowSink(0);
  const watcher = createWatcher({ after: () => ({ frames: [frame(1)], scannedTo: 1 }) }, sink, 0, () => {});
  watcher.advance();
  expect([sink.taken, watcher.sequence, watcher.stalled]).toEqual([[], 0, true]);
});

test('a closed watcher writes nothing, whatever was under way, and is told off once', async () => {
  const closed: unknown[] = [];
  const page = Promise.resolve<Page>({ frames: [frame(1)], scannedTo: 1 });
  const sink = new NarrowSink(5);
  const watcher = createWatcher({ after: () => page }, sink, 0, (each) => closed.push(each));
  watcher.advance();
  watcher.close();
  watcher.close();
  await page;
  expect([sink.taken, closed]).toEqual([[], [watcher]]);
});

test('a reading that fails ends the stream and tells why', async () => {
  const sink = new NarrowSink(5);
  const broken = new Error('broken');
  const watcher = createWatcher({ after: () => Promise.reject(broken) }, sink, 0, () => {});
  watcher.advance();
  await expect.poll(() => sink.failures).toEqual([broken]);
});

test('whatever comes when, every frame is taken once and in order', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('grow' as const), by: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('drain' as const), width: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ kind: fc.constant('advance' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, slow) => {
      let end = 0;
      const pageAfter = (sequence: number): Page => {
        const frames = Array.from({ length: end - sequence }, (_, index) => frame(sequence + index + 1));
        return { frames: frames.filter(({ sequence: each }) => each % 3 !== 0), scannedTo: end };
      };
      // Some of it is in memory, some is read.
      const after = (sequence: number) =>
        slow && sequence < end - 3 ? Promise.resolve(pageAfter(sequence)) : pageAfter(sequence);
      const sink = new NarrowSink(2);
      const watcher = createWatcher({ after }, sink, 0, () => {});
      for (const each of steps) {
        if (each.kind === 'grow') end += each.by;
        if (each.kind === 'drain') sink.width = each.width;
        if (each.kind === 'drain') sink.drain();
        watcher.advance();
        if (slow) await Promise.resolve();
      }
      sink.width = 100;
      for (let rest = 0; rest < 10; rest += 1) {
        sink.drain();
        watcher.advance();
        await Promise.resolve();
        await Promise.resolve();
      }
      const expected = Array.from({ length: end }, (_, index) => index + 1).filter((each) => each % 3 !== 0);
      expect(sink.taken).toEqual(expected);
      expect(watcher.sequence).toBe(end);
    }),
    { numRuns: 300 },
  );
});
