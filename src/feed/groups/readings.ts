/**
 * Pages of the log that the watchers of a group read who are behind its ring. Those at one place share a reading, and
 * the last pages are kept for those that come a little later, as after a restart. A page serves every place within
 * it, so a watcher that takes a few frames at a time reads it once; while it waits for its socket it holds none.
 */
import { type Page, sizeOf } from './frame.ts';
import type { Keeper, Memory } from './memory.ts';
import { firstAfter } from './ring.ts';

export interface Readings {
  /** What follows this place in the log. Rejects when it cannot be read. */
  after(sequence: number): Page | Promise<Page>;
  /** Lets go of all pages. */
  empty(): void;
}

export interface ReadingOptions {
  /** From the log; null when nobody waits for it any more. */
  read(after: number): Promise<Page | null>;
  /** True while a watcher waits for what follows this place. */
  isWanted(after: number): boolean;
  memory: Memory;
}

const PAGES_KEPT = 16;

interface KeptPage {
  after: number;
  page: Page;
  keeper: Keeper;
}

export function createReadings({ read, isWanted, memory }: ReadingOptions): Readings {
  const underWay = new Map<number, Promise<Page>>();
  /** The one that was read last at the end. */
  const kept = new Set<KeptPage>();

  function letGo(each: KeptPage): void {
    kept.delete(each);
    each.keeper.keep(0);
  }

  function keep(after: number, page: Page): void {
    if (page.scannedTo <= after) return;
    const own: KeptPage = { after, page, keeper: memory.keeper(() => letGo(own)) };
    kept.add(own);
    own.keeper.keep(sizeOf(page.frames));
    const [oldest] = kept;
    if (kept.size > PAGES_KEPT && oldest !== undefined) letGo(oldest);
  }

  async function begin(after: number): Promise<Page> {
    try {
      let page = await read(after);
      // Somebody may have come between its being dropped and its being forgotten.
      while (page === null && isWanted(after)) page = await read(after);
      if (page !== null) keep(after, page);
      return page ?? { frames: [], scannedTo: after };
    } finally {
      underWay.delete(after);
    }
  }

  return {
    after: (sequence) => {
      for (const { after, page } of kept) {
        if (after > sequence || page.scannedTo <= sequence) continue;
        return after === sequence ? page : { ...page, frames: page.frames.slice(firstAfter(page.frames, sequence)) };
      }
      let reading = underWay.get(sequence);
      if (reading === undefined) {
        reading = begin(sequence);
        underWay.set(sequence, reading);
      }
      return reading;
    },
    empty: () => {
      for (const each of [...kept]) letGo(each);
    },
  };
}
