/**
 * How many characters all groups together keep of what was answered. What no longer fits is let go, of whoever keeps
 * most; watchers that would have taken it read the log again.
 */

export interface Memory {
  /** `release` lets go of everything; called when others need the room. */
  keeper(release: () => void): Keeper;
  /** Kept now. */
  readonly characters: number;
}

export interface Keeper {
  /** Says how many characters are kept from now on. */
  keep(characters: number): void;
}

/** A character is one byte where an answer is all Latin, else two: at most 64 MB. */
const MOST_CHARACTERS = 32_000_000;
/** Room is made for more than what just came, so that not every answer has to look for it. */
const LEFT_AFTER_RELEASE = 7 / 8;

export function createMemory(most = MOST_CHARACTERS): Memory {
  /** Those that keep anything, the one that changed last at the end. */
  const keeping = new Map<Keeper, { characters: number; release: () => void }>();
  let sum = 0;

  function makeRoom(newest: Keeper): void {
    const others = [...keeping].filter(([keeper]) => keeper !== newest);
    // Among equals the oldest, since sorting keeps their order; the newest last, its watchers are about to take it.
    const order = others.sort(([, left], [, right]) => right.characters - left.characters);
    for (const [, { release }] of order) {
      if (sum <= most * LEFT_AFTER_RELEASE) return;
      release();
    }
    if (sum > most) keeping.get(newest)?.release();
  }

  return {
    keeper: (release) => {
      const own: Keeper = {
        keep: (characters) => {
          sum += characters - (keeping.get(own)?.characters ?? 0);
          keeping.delete(own);
          if (characters > 0) keeping.set(own, { characters, release });
          if (sum > most) makeRoom(own);
        },
      };
      return own;
    },
    get characters() {
      return sum;
    },
  };
}
