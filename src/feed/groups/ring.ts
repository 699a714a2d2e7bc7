/**
 * The newest frames of a group. It holds the answer to every matching event after `from` and up to `to`; what is
 * older is read from the log again by whoever needs it.
 */
import { type Frame, type Page, sizeOf } from './frame.ts';
import { createMemory, type Memory } from './memory.ts';

export interface Ring {
  readonly to: number;
  push(page: Page): void;
  /** What follows a place in the log; null when some of it is no longer here. */
  after(sequence: number): Page | null;
  /** Lets go of all frames. */
  empty(): void;
}

const MOST_FRAMES = 1_000;
const MOST_CHARACTERS = 4_000_000;

/** `memory` counts what all rings of the process keep, and may empty this one. */
export function createRing(start: number, memory: Memory = createMemory()): Ring {
  let from = start;
  let to = start;
  let frames: Frame[] = [];
  let characters = 0;
  /** Watchers mostly stand at one place, so what one of them was answered serves the next. */
  let asked: { sequence: number; page: Page } | null = null;
  const empty = (): void => {
    frames = [];
    asked = null;
    from = to;
    characters = 0;
    keeper.keep(0);
  };
  const keeper = memory.keeper(empty);
  return {
    get to() {
      return to;
    },
    push: (page) => {
      asked = null;
      frames.push(...page.frames);
      characters += sizeOf(page.frames);
      to = page.scannedTo;
      let gone = 0;
      while (frames.length - gone > MOST_FRAMES || (characters > MOST_CHARACTERS && gone < frames.length - 1)) {
        const oldest = frames[gone];
        if (oldest === undefined) break;
        from = oldest.sequence;
        characters -= sizeOf([oldest]);
        gone += 1;
      }
      if (gone > 0) frames = frames.slice(gone);
      keeper.keep(characters);
    },
    after: (sequence) => {
      if (sequence < from) return null;
      if (asked?.sequence !== sequence) {
        const page = { frames: frames.slice(firstAfter(frames, sequence)), scannedTo: Math.max(sequence, to) };
        asked = { sequence, page };
      }
      return asked.page;
    },
    empty,
  };
}

/** Index of the first of these, in their order, that comes after the sequence. */
export function firstAfter(frames: readonly Frame[], sequence: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((frames[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
