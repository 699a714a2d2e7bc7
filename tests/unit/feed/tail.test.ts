import { expect, onTestFinished, test } from 'vitest';
import { type LogHead, startTail, type Tail } from '../../../src/feed/log/tail.ts';

interface Event {
  sequence: number;
  hash: string | null;
}

/** A log in memory, with what can go wrong with one. */
class Log {
  epoch = '11111111-1111-4111-8111-111111111111';
  sequences: number[] = [];
  revision = 0;
  trouble: unknown[] = [];
  away = false;
  /** Readings from now on that never end. */
  unanswered = 0;
  wake = (): void => {};
  renewed = 0;

  append(...sequences: number[]): void {
    this.sequences.push(...sequences);
    this.revision += 1;
    this.wake();
  }

  head(): LogHead {
    if (this.away) throw new Error('away');
    const lastSequence = BigInt(this.sequences.at(-1) ?? 0);
    return { epoch: this.epoch, lastSequence, lastHash: this.hashOf(lastSequence), revision: String(this.revision) };
  }

  /** Of one past; another has other hashes. */
  past = 'a';

  hashOf(sequence: number | bigint): string | null {
    return Number(sequence) === 0 ? null : `${this.past}${sequence}`;
  }

  async answer<Answer>(read: () => Answer): Promise<Answer> {
    if (this.unanswered === 0) return read();
    this.unanswered -= 1;
    return new Promise(() => {});
  }

  async start(pollMilliseconds = 20): Promise<Tail<Event>> {
    const tail = await startTail<Event>({
      readHead: () => this.answer(() => this.head()),
      readEvents: (after, limit) =>
        this.answer(() =>
          this.sequences
            .filter((each) => each > after)
            .slice(0, limit)
            .map((sequence) => ({ sequence, hash: this.hashOf(sequence) })),
        ),
      listen: async (wake) => {
        this.wake = wake;
        return async () => {};
      },
      renewEpoch: async () => {
        this.renewed += 1;
        this.epoch = '22222222-2222-4222-8222-222222222222';
      },
      onTrouble: (error) => this.trouble.push(error),
      ...{ pollMilliseconds, patienceMilliseconds: 50, keep: 10 },
    });
    onTestFinished(() => tail.close());
    return tail;
  }
}

test('reads on when it is woken, and when nobody wakes it', async () => {
  const log = new Log();
  const tail = await log.start();
  const moves: number[] = [];
  tail.onMove(() => moves.push(tail.lastSequence));
  log.append(1, 2);
  await expect.poll(() => tail.lastSequence).toBe(2);
  log.wake = () => {};
  log.append(3);
  await expect.poll(() => tail.lastSequence).toBe(3);
  expect(moves).toContain(3);
  expect(tail.after(1, 10)).toMatchObject([{ sequence: 2 }, { sequence: 3 }]);
  expect(tail.after(0, 1)).toMatchObject([{ sequence: 1 }]);
  expect(tail.after(3, 10)).toEqual([]);
});

test('tells of a new revision without events', async () => {
  const log = new Log();
  const tail = await log.start();
  let moves = 0;
  tail.onMove(() => {
    moves += 1;
  });
  log.append();
  await expect.poll(() => [moves, tail.head.revision]).toEqual([1, '1']);
});

test('forgets what is old, and says so', async () => {
  const log = new Log();
  const tail = await log.start();
  log.append(...Array.from({ length: 700 }, (_, index) => index + 1));
  await expect.poll(() => tail.lastSequence).toBe(700);
  expect(tail.after(600, 10)).toBeNull();
  expect(tail.after(695, 10)).toHaveLength(5);
});

test('stands still before a gap and reports it: numbers come in the order of commits', async () => {
  const log = new Log();
  const tail = await log.start();
  log.append(1, 3);
  await expect.poll(() => log.trouble.length).toBeGreaterThan(0);
  expect(tail.lastSequence).toBe(1);
});

test('goes on by itself after the log was away', async () => {
  const log = new Log();
  const tail = await log.start();
  log.away = true;
  await expect.poll(() => log.trouble.length).toBeGreaterThan(1);
  const { readAt } = tail;
  await expect.poll(() => log.trouble.length).toBeGreaterThan(3);
  expect(tail.readAt).toBe(readAt);
  log.away = false;
  log.append(1);
  await expect.poll(() => tail.lastSequence).toBe(1);
  await expect.poll(() => tail.readAt).toBeGreaterThan(readAt);
});

test('gives up a reading that gets no answer, and reads anew', async () => {
  const log = new Log();
  const tail = await log.start();
  log.unanswered = 2;
  log.append(1, 2);
  await expect.poll(() => tail.lastSequence).toBe(2);
  expect(log.trouble).toHaveLength(2);
});

test('makes old cursors stale where the log went back', async () => {
  const log = new Log();
  log.append(1, 2, 3);
  const tail = await log.start();
  let rebuilt = 0;
  tail.onRebuilt(() => {
    rebuilt += 1;
  });
  log.sequences = [1];
  await expect.poll(() => [rebuilt, log.renewed, tail.lastSequence]).toEqual([1, 1, 1]);
  expect(tail.head.epoch).toBe(log.epoch);
});

test.each([
  ['as far', [1, 2, 3]],
  ['further', [1, 2, 3, 4, 5]],
])('makes old cursors stale where another log has come as far as this one or further: %s', async (_how, sequences) => {
  const log = new Log();
  log.append(1, 2);
  const tail = await log.start();
  log.append(3);
  await expect.poll(() => tail.lastSequence).toBe(3);
  log.past = 'b';
  log.sequences = sequences;
  await expect.poll(() => [log.renewed, tail.lastSequence]).toEqual([1, sequences.length]);
  expect([tail.hashAt(sequences.length), tail.hashAt(1)]).toEqual([`b${sequences.length}`, null]);
});

test('knows the end of the log from the start, for those who come back after a restart', async () => {
  const log = new Log();
  log.append(1, 2, 3);
  const tail = await log.start();
  expect([tail.hashAt(3), tail.hashAt(1), tail.hashAt(4)]).toEqual(['a3', 'a1', null]);
  expect(tail.after(1, 10)).toHaveLength(2);
});

test('knows the hashes of what it keeps and of the place before that', async () => {
  const log = new Log();
  const tail = await log.start();
  log.append(1, 2, 3);
  await expect.poll(() => tail.hashAt(3)).toBe('a3');
  expect([tail.hashAt(1), tail.hashAt(0), tail.hashAt(4)]).toEqual(['a1', null, null]);
  log.append(...Array.from({ length: 700 }, (_, index) => index + 4));
  await expect.poll(() => tail.lastSequence).toBe(703);
  const oldest = Array.from({ length: 703 }, (_, index) => index).find((place) => tail.after(place, 1) !== null) ?? 0;
  expect(oldest).toBeGreaterThan(0);
  expect([tail.hashAt(oldest), tail.hashAt(oldest - 1)]).toEqual([`a${oldest}`, null]);
});
