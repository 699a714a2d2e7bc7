/** How long a group's answers are expected to take, which is its place among those that wait to be answered. */

export interface Weight {
  readonly milliseconds: number;
  /** Runs the work, and remembers how long it took. */
  measure<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Of the most that an operation may cost, this expects five seconds. */
const COST_EACH_MILLISECOND = 10;
/** How much of the expectation is the last answer; the rest is what was expected before. */
const TRUST = 0.75;

/** `cost` is the operation's, in units. */
export function createWeight(cost: number): Weight {
  let expected = cost / COST_EACH_MILLISECOND;
  return {
    get milliseconds() {
      return expected;
    },
    measure: async (work) => {
      const startedAt = performance.now();
      try {
        return await work();
      } finally {
        expected += (performance.now() - startedAt - expected) * TRUST;
      }
    },
  };
}
