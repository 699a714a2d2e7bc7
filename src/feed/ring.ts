/**
 * The newest frames of a group. It holds the answer to every matching event after `from` and up to `to`; what is
 * older is read from the log again by whoever needs it.
 */
import type { Frame, Page } from './frame.ts';

export interface Ring {
  readonly to: number;
  push(page: Page): void;
  /** What follows a place in the log; null when some of it is no longer here. */
  after(sequence: number): Page | null;
}

const MOST_FRAMES = 1_000;
const MOST_CHARACTERS = 4_000_000;

export function createRing(start: number): Ring {
  let from = start;
  let to = start;
  let frames: Frame[] = [];
  let characters = 0;
  /** Watchers mostly stand at one place, so what one of them was answered serves the next. */
  let asked: { sequence: number; page: Page } | null = null;
  return {
    get to() {
      return to;
    },
    push: (page) => {
      asked = null;
      for (const frame of page.frames) {
        frames.push(frame);
        characters += frame.payload.length;
      }
      to = page.scannedTo;
      let gone = 0;
      while (frames.length - gone > MOST_FRAMES || (characters > MOST_CHARACTERS && gone < frames.length - 1)) {
        const oldest = frames[gone];
        if (oldest === undefined) break;
        from = oldest.sequence;
        characters -= oldest.payload.length;
        gone += 1;
      }
      if (gone > 0) frames = frames.slice(gone);
    },
    after: (sequence) => {
      if (sequence < from) return null;
      if (asked?.sequence !== sequence) {
        const page = { frames: frames.slice(firstAfter(frames, sequence)), scannedTo: Math.max(sequence, to) };
        asked = { sequence, page };
      }
      return asked.page;
    },
  };
}

/** Index of the first frame after the sequence. */
function firstAfter(frames: readonly Frame[], sequence: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((frames[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
