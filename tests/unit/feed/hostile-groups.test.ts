/** Groups that cost too much, beside one that does not: what they take, and what the others notice. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFeed, type Feed, TooManyGroups } from '../../../src/feed/feed.ts';
import type { EventSource } from '../../../src/feed/groups/event-group.ts';
import { createMemory } from '../../../src/feed/groups/memory.ts';
import { NotNow, TooExpensive, TookTooLong } from '../../../src/feed/scheduling/answer-errors.ts';
import { MemoryLog, type Numbered, numberSource, TestSink } from '../../support/servers/memory-log.ts';

interface Asked {
  key: string;
  owner?: string;
  after?: number | null;
  source: EventSource<Numbered>;
}

function watch(feed: Feed<Numbered>, { key, owner = 'honest', after = null, source }: Asked, sink: TestSink) {
  return feed.watch({ key, owner, after, source: () => ({ kind: 'events', events: source }) }, sink);
}

async function openFeed(log: MemoryLog, limits: Parameters<typeof createFeed>[2] = {}) {
  const troubles: unknown[] = [];
  const feed = createFeed(await log.start(), (error) => troubles.push(error), limits);
  return { feed, troubles };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('an address is in 20 different groups at most, whatever it asks; others are not refused for it', async () => {
  const log = new MemoryLog();
  const { feed } = await openFeed(log);
  const hostile = Array.from({ length: 200 }, (_, index) => {
    try {
      return watch(feed, { key: `h${index}`, owner: 'hostile', source: numberSource(log) }, new TestSink());
    } catch (error) {
      expect(error).toBeInstanceOf(TooManyGroups);
      return null;
    }
  });
  expect([hostile.filter((each) => each !== null).length, feed.groups]).toEqual([20, 20]);
  // A group that it is in already takes another of its watchers, and one of somebody else's takes other addresses.
  watch(feed, { key: 'h3', owner: 'hostile', source: numberSource(log) }, new TestSink()).close();
  watch(feed, { key: 'own', source: numberSource(log) }, new TestSink());
  expect(() => watch(feed, { key: 'own', owner: 'hostile', source: numberSource(log) }, new TestSink())).toThrow(
    TooManyGroups,
  );
  watch(feed, { key: 'h3', source: numberSource(log) }, new TestSink());
  // What it leaves it may use again.
  hostile[0]?.close();
  watch(feed, { key: 'other', owner: 'hostile', source: numberSource(log) }, new TestSink());
  expect([feed.groups, feed.watchers]).toEqual([21, 22]);
});

test('expensive selections of several addresses do not delay a cheap one', async () => {
  const log = new MemoryLog();
  const { feed } = await openFeed(log);
  let expensive = 0;
  const slow = numberSource(log, {
    cost: 20_000,
    ask: async () => {
      expensive += 1;
      await setTimeout(50);
      expensive -= 1;
    },
  });
  const sinks = Array.from({ length: 200 }, () => new TestSink());
  for (const [index, sink] of sinks.entries()) {
    watch(feed, { key: `h${index}`, owner: `hostile ${index % 10}`, source: slow }, sink);
  }
  const honest = new TestSink();
  watch(feed, { key: 'honest', source: numberSource(log) }, honest);
  log.append();
  await expect.poll(() => honest.taken).toEqual([1]);
  // Each of the others waits for the one before it.
  expect(sinks.filter(({ taken }) => taken.length > 0).length).toBeLessThan(20);
  expect([expensive, feed.work.running]).toEqual([1, 1]);
  feed.close();
  await expect.poll(() => feed.work).toEqual({ waiting: 0, running: 0 });
});

test('a group that is late each time gets a frame for each event, ever slower, and is then refused', async () => {
  const log = new MemoryLog();
  const { feed } = await openFeed(log);
  let asked = 0;
  const plain = numberSource(log);
  const late: EventSource<Numbered> = {
    ...plain,
    answer: async (events, signal) => {
      asked += 1;
      await setTimeout(10);
      return { ...(await plain.answer(events.slice(0, 1), signal)), late: true };
    },
  };
  const [sink, honest] = [new TestSink(), new TestSink()];
  watch(feed, { key: 'late', owner: 'hostile', source: late }, sink);
  watch(feed, { key: 'honest', source: numberSource(log) }, honest);
  log.append(20);
  await expect.poll(() => honest.taken).toEqual(range(1, 20));
  expect(sink.taken.length).toBeLessThan(3);
  await expect.poll(() => sink.failures.length, { timeout: 10_000 }).toBe(1);
  expect(sink.failures[0]).toBeInstanceOf(TooExpensive);
  // Once for each event, without a second try; the fifth is what ends it.
  expect([sink.taken, asked]).toEqual([[1, 2, 3, 4], 5]);
  expect([feed.groups, honest.failures]).toEqual([1, []]);
  // Coming back at once changes nothing.
  expect(() => watch(feed, { key: 'late', owner: 'hostile', source: late }, new TestSink())).toThrow(TooExpensive);
});

test('readings that take too long end a group the same way', async () => {
  const log = new MemoryLog();
  log.append(10);
  const { feed } = await openFeed(log);
  const ask = (): Promise<void> => Promise.reject(new TookTooLong('too long'));
  const sink = new TestSink();
  watch(feed, { key: 'sparse', after: 0, source: numberSource(log, { ask }) }, sink);
  await expect.poll(() => sink.failures).toEqual([expect.any(TooExpensive)]);
  expect(feed.groups).toBe(0);
});

test('a database that is away is waited for, and nothing is lost or told twice', async () => {
  const log = new MemoryLog();
  const { feed, troubles } = await openFeed(log);
  let away = 2;
  const ask = async (): Promise<void> => {
    away -= 1;
    if (away >= 0) throw new NotNow('away');
  };
  const sink = new TestSink();
  watch(feed, { key: 'patient', source: numberSource(log, { ask }) }, sink);
  log.append(3);
  await expect.poll(() => sink.taken).toEqual([1, 2, 3]);
  // Told once in a row, for there may be thousands of groups.
  expect(troubles).toHaveLength(1);
});

test('with its last watcher everything of a group ends at once: tries, rests, and what waits for its turn', async () => {
  const log = new MemoryLog();
  log.append(500);
  const { feed } = await openFeed(log);
  let asked = 0;
  const away = (): Promise<void> => {
    asked += 1;
    return Promise.reject(new NotNow('away'));
  };
  const watchers = Array.from({ length: 20 }, (_, after) =>
    watch(feed, { key: `away ${after % 5}`, after, source: numberSource(log, { ask: away }) }, new TestSink()),
  );
  await expect.poll(() => asked).toBeGreaterThan(4);
  for (const watcher of watchers) watcher.close();
  const before = asked;
  await new Promise(setImmediate);
  expect([feed.groups, feed.watchers, feed.work]).toEqual([0, 0, { waiting: 0, running: 0 }]);
  await setTimeout(700);
  expect(asked).toBe(before);
});

test('work that outlives its group is told so', async () => {
  const log = new MemoryLog();
  const { feed } = await openFeed(log);
  let ended = false;
  const ask = (_kind: string, signal: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        ended = true;
        reject(signal.reason);
      });
    });
  const watcher = watch(feed, { key: 'hangs', source: numberSource(log, { ask }) }, new TestSink());
  log.append();
  await expect.poll(() => feed.work.running).toBe(1);
  watcher.close();
  await expect.poll(() => [ended, feed.work.running]).toEqual([true, 0]);
});

test('a watcher that takes a frame now and then holds no page, and each page is read once', async () => {
  const log = new MemoryLog();
  log.append(5_000);
  const memory = createMemory(400_000);
  const { feed } = await openFeed(log, { memory });
  let read = 0;
  const ask = async (): Promise<void> => {
    read += 1;
  };
  // A page of a hundred is 220,000 characters.
  const source = numberSource(log, { ask, characters: 2_000 });
  const slow = new TestSink(1);
  watch(feed, { key: 'slow', after: 0, source }, slow);
  await expect.poll(() => slow.taken).toEqual([1]);
  expect([read, memory.characters]).toEqual([1, 220_000]);
  while (slow.taken.length < 250) {
    slow.drain();
    await new Promise(setImmediate);
    expect(memory.characters).toBeLessThanOrEqual(400_000);
  }
  expect([read, slow.taken]).toEqual([3, range(1, 250)]);
  // Others push its page out while it does not read; then it reads again from where it stands.
  for (let other = 0; other < 10; other += 1) {
    const eager = new TestSink();
    watch(feed, { key: `eager ${other}`, owner: `${other}`, after: 0, source }, eager);
    await expect.poll(() => eager.taken.length, { timeout: 10_000 }).toBe(5_000);
    expect(memory.characters).toBeLessThanOrEqual(400_000);
  }
  slow.drain();
  await expect.poll(() => slow.taken).toEqual(range(1, 251));
  expect(slow.failures).toEqual([]);
  feed.fail(new Error('over'));
  expect([memory.characters, feed.groups]).toEqual([0, 0]);
});

test('a reading that nobody waits for any more is not done, and who comes then has its own', async () => {
  const log = new MemoryLog();
  log.append(1_000);
  const { feed } = await openFeed(log);
  const places: number[] = [];
  const ends: (() => void)[] = [];
  const plain = numberSource(log);
  const source: EventSource<Numbered> = {
    ...plain,
    read: async (after, signal) => {
      places.push(after);
      await new Promise<void>((resolve) => ends.push(resolve));
      return plain.read(after, signal);
    },
  };
  const open = (after: number, sink = new TestSink()) => watch(feed, { key: 'one', after, source }, sink);
  open(0);
  open(1);
  // The group lives on; these wait for its two readings, and leave.
  const churned = range(2, 101).map((after) => open(after));
  for (const watcher of churned) watcher.close();
  const back = new TestSink();
  open(50, back);
  await expect.poll(() => places).toEqual([0, 1]);
  while (back.taken.length < 950) {
    for (const end of ends.splice(0)) end();
    await new Promise(setImmediate);
  }
  expect(back.taken).toEqual(range(51, 1_000));
  expect(places.filter((place) => place > 1 && place < 100)).toEqual([50]);
});
