/**
 * Lets so many run at a time in the process; the others wait in line. The cheapest come first, among equals each
 * owner in turn. An owner has a part of the places, and what is expensive has one, so that the others are free for the
 * rest. Nothing runs that nobody waits for any more.
 */

export interface Place {
  /** Milliseconds that it is expected to take. */
  weight?: number;
  /** Whose work it is; without one, nobody's. */
  owner?: string | null;
  /** When aborted, work that has not begun never does. */
  signal?: AbortSignal;
}

export interface ConcurrencyLimit {
  /** Rejects with the signal's reason where that came first. */
  take<Result>(work: () => Promise<Result>, place?: Place): Promise<Result>;
  readonly waiting: number;
  readonly running: number;
}

/** Work that is expected to take longer is done one at a time. A power of two: see {@link rankOf}. */
const HEAVY_MILLISECONDS = 1_024;
const HEAVY_AT_ONCE = 1;
/** The part of the places that one owner may have, of which it always has one. */
const PART_OF_OWNER = 0.4;

interface Waiting {
  rank: number;
  heavy: boolean;
  owner: Owner | null;
  begin: () => void;
}

interface Owner {
  running: number;
  waiting: number;
}

export function createConcurrencyLimit(atOnce: number): ConcurrencyLimit {
  const mostOfOwner = Math.max(1, Math.floor(atOnce * PART_OF_OWNER));
  /** In order of arrival, by rank; ranks are few. */
  const lines = new Map<number, Set<Waiting>>();
  const owners = new Map<string, Owner>();
  let waiting = 0;
  let running = 0;
  let heavyRunning = 0;

  function mayBegin({ heavy, owner }: Waiting): boolean {
    return (!heavy || heavyRunning < HEAVY_AT_ONCE) && (owner === null || owner.running < mostOfOwner);
  }

  function next(): Waiting | null {
    // Nearly always the first of the lowest rank may begin.
    const [first] = lines.get(Math.min(...lines.keys())) ?? [];
    if (first !== undefined && mayBegin(first)) return first;
    for (const rank of [...lines.keys()].sort((left, right) => left - right)) {
      if (rank >= heavyRank && heavyRunning >= HEAVY_AT_ONCE) return null;
      for (const one of lines.get(rank) ?? []) if (mayBegin(one)) return one;
    }
    return null;
  }

  function enterLine(one: Waiting): void {
    const line = lines.get(one.rank);
    if (line === undefined) lines.set(one.rank, new Set([one]));
    else line.add(one);
    waiting += 1;
    if (one.owner !== null) one.owner.waiting += 1;
  }

  /** False where it has left before. */
  function leaveLine(one: Waiting): boolean {
    const line = lines.get(one.rank);
    if (line === undefined || !line.delete(one)) return false;
    if (line.size === 0) lines.delete(one.rank);
    waiting -= 1;
    if (one.owner !== null) one.owner.waiting -= 1;
    return true;
  }

  function count({ heavy, owner }: Waiting, by: 1 | -1): void {
    running += by;
    if (heavy) heavyRunning += by;
    if (owner !== null) owner.running += by;
  }

  function beginNext(): void {
    while (waiting > 0 && running < atOnce) {
      const one = next();
      if (one === null) return;
      leaveLine(one);
      count(one, 1);
      one.begin();
    }
  }

  function wait(one: Waiting, signal: AbortSignal | undefined): Promise<void> {
    if (waiting === 0 && running < atOnce && mayBegin(one)) {
      count(one, 1);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        if (leaveLine(one)) reject(signal?.reason);
      };
      one.begin = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      enterLine(one);
      signal?.addEventListener('abort', leave, { once: true });
      beginNext();
    });
  }

  function ownerOf(name: string): Owner {
    const owner = owners.get(name) ?? { running: 0, waiting: 0 };
    owners.set(name, owner);
    return owner;
  }

  function forget(name: string | null, owner: Owner | null): void {
    if (name !== null && owner?.running === 0 && owner.waiting === 0) owners.delete(name);
  }

  return {
    take: async (work, { weight = 0, owner: name = null, signal } = {}) => {
      signal?.throwIfAborted();
      const owner = name === null ? null : ownerOf(name);
      const round = owner === null ? 0 : owner.running + owner.waiting;
      const one = { rank: rankOf(weight, round), heavy: weight >= HEAVY_MILLISECONDS, owner, begin: () => {} };
      await wait(one, signal).catch((reason: unknown) => {
        forget(name, owner);
        throw reason;
      });
      try {
        return await work();
      } finally {
        count(one, -1);
        forget(name, owner);
        beginNext();
      }
    },
    get waiting() {
      return waiting;
    },
    get running() {
      return running;
    },
  };
}

/** Owners with more in line than this are not told apart. */
const MOST_ROUNDS = 1_000;

/** Weights within a factor of two are equals. What is heavy ranks after all that is not. */
function rankOf(weight: number, round: number): number {
  const factor = weight < 1 ? 0 : Math.floor(Math.log2(weight)) + 1;
  return factor * MOST_ROUNDS + Math.min(round, MOST_ROUNDS - 1);
}

const heavyRank = rankOf(HEAVY_MILLISECONDS, 0);
