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
    const own = keeping.get(newest);
    // What does not fit by itself drives nobody out.
    if (own !== undefined && own.characters > most) {
      own.release();
      return;
    }
    // Not the newest, whose watchers are about to take it. Among equals the oldest: sorting keeps their order.
    const others = [...keeping.values()].filter((each) => each !== own);
    for (const { release } of others.sort((left, right) => right.characters - left.characters)) {
      if (sum <= most * LEFT_AFTER_RELEASE) return;
      release();
    }
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
