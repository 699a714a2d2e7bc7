/** What each address has had of the database lately: half of it is forgotten every two seconds. */
import type { Used } from '../../fair-turns.ts';

const HALF_LIFE_MILLISECONDS = 2_000;
/** Of more, the one that was asked about longest ago is forgotten: it is as new as any then. */
const MOST_ADDRESSES = 10_000;

/** Answers the one count of an address, for as long as it is remembered. `now` is milliseconds of any clock. */
export function createRecentUse(now: () => number = () => performance.now()): (address: string) => Used {
  const counts = new Map<string, Used>();
  return (address) => {
    const count = counts.get(address) ?? new FadingCount(now);
    counts.delete(address);
    counts.set(address, count);
    if (counts.size > MOST_ADDRESSES) counts.delete(counts.keys().next().value ?? address);
    return count;
  };
}

class FadingCount implements Used {
  #milliseconds = 0;
  #at = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get milliseconds(): number {
    return this.#milliseconds * 2 ** ((this.#at - this.#now()) / HALF_LIFE_MILLISECONDS);
  }

  set milliseconds(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#at = this.#now();
  }
}
