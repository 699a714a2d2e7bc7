import { setMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
  type Place,
} from '../../../src/feed/scheduling/concurrency-limit.ts';

test('so many run at a time, the others in the order of their coming, also after a failure', async () => {
  const turns = createConcurrencyLimit(2);
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

/** Work that ends when the test says so. */
class Works {
  readonly begun: string[] = [];
  readonly ended: Promise<unknown>[] = [];
  readonly #ends = new Map<string, () => void>();
  readonly #turns: ConcurrencyLimit;

  constructor(turns: ConcurrencyLimit) {
    this.#turns = turns;
  }

  add(name: string, place: Place = {}): void {
    const work = (): Promise<void> => {
      this.begun.push(name);
      return new Promise((resolve) => this.#ends.set(name, resolve));
    };
    this.ended.push(this.#turns.take(work, place).catch(() => {}));
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await new Promise(setImmediate);
  }

  async endAll(): Promise<void> {
    await new Promise(setImmediate);
    for (let done = 0; done < this.begun.length; done += 1) await this.end(this.begun[done] ?? '');
    await Promise.all(this.ended);
  }
}

test('the cheapest come first, and among equals each owner in turn', async () => {
  const turns = createConcurrencyLimit(1);
  const works = new Works(turns);
  works.add('first');
  works.add('dear', { weight: 900, owner: 'a' });
  for (const each of [1, 2, 3]) works.add(`a${each}`, { weight: 10, owner: 'a' });
  works.add('b1', { weight: 11, owner: 'b' });
  works.add('b2', { weight: 9, owner: 'b' });
  works.add('cheap', { weight: 1, owner: 'c' });
  await works.endAll();
  // The owner a had something in line before its cheap ones came.
  expect(works.begun).toEqual(['first', 'cheap', 'b1', 'a1', 'b2', 'a2', 'a3', 'dear']);
});

test('200 pieces of work of one owner leave places to others, and so do heavy ones', async () => {
  const turns = createConcurrencyLimit(5);
  const works = new Works(turns);
  for (let each = 0; each < 200; each += 1) works.add(`hostile ${each}`, { weight: 5, owner: 'hostile' });
  for (let each = 0; each < 50; each += 1) works.add(`heavy ${each}`, { weight: 2_000, owner: `heavy ${each}` });
  works.add('honest', { weight: 500, owner: 'honest' });
  await new Promise(setImmediate);
  expect(works.begun).toEqual(['hostile 0', 'hostile 1', 'heavy 0', 'honest']);
  expect([turns.running, turns.waiting]).toEqual([4, 247]);
  await works.endAll();
  expect([works.begun.length, turns.running, turns.waiting]).toEqual([251, 0, 0]);
});

test('work that nobody waits for any more leaves the line and never begins', async () => {
  const turns = createConcurrencyLimit(1);
  const works = new Works(turns);
  const leaving = new AbortController();
  setMaxListeners(0, leaving.signal);
  works.add('first');
  for (let each = 0; each < 100; each += 1) works.add(`left ${each}`, { owner: 'a', signal: leaving.signal });
  works.add('last', { owner: 'a' });
  expect(turns.waiting).toBe(101);
  leaving.abort();
  expect(turns.waiting).toBe(1);
  works.add('late', { signal: leaving.signal });
  await works.endAll();
  expect(works.begun).toEqual(['first', 'last']);
});
