/**
 * Whose turn it is where several wait: whoever has had least of the database lately, and among equals whoever came
 * first. Who asks much waits for themselves, and is not shut out.
 */

/** Time of the database that a sender has had lately, counted by who gives it. */
export interface Used {
  milliseconds: number;
}

/** Within so many milliseconds all are equal. */
const SHARE_MILLISECONDS = 50;
/** Of so many turns one goes to who waits longest, so that what is large goes on under any load. */
const LONGEST_WAITING_EVERY = 4;

export interface FairTurns<One> {
  /** The next of those who wait, who are in the order of their coming; undefined where nobody does. */
  next(waiting: Iterable<One>): One | undefined;
}

export function createFairTurns<One>(usedBy: (one: One) => Used | undefined): FairTurns<One> {
  const sharesOf = (one: One): number => Math.floor((usedBy(one)?.milliseconds ?? 0) / SHARE_MILLISECONDS);
  let turns = 0;
  return {
    next: (waiting) => {
      let [chosen] = waiting;
      if (chosen === undefined) return undefined;
      turns += 1;
      if (turns % LONGEST_WAITING_EVERY === 0) return chosen;
      let least = Number.POSITIVE_INFINITY;
      for (const one of waiting) {
        const shares = sharesOf(one);
        if (shares >= least) continue;
        [chosen, least] = [one, shares];
        if (shares === 0) break;
      }
      return chosen;
    },
  };
}
