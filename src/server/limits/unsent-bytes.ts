/**
 * Bytes that were written and that clients have not taken yet, which is memory of this process: counted for each
 * address and in sum. An answer that does not fit is refused; where streams are too much, the slowest ends. Clients
 * that read cost nothing here: a stream is measured when it stalls and by a timer, an answer when some of it is left.
 */

export interface UnsentBytes {
  /** The limit that so many bytes more would exceed. */
  exceeded(address: string, bytes: number): Exceeded | null;
  /** Counts bytes until the function is called that this returns. */
  hold(address: string, bytes: number): () => void;
  /** Counts what a stream has not got rid of, until it leaves. */
  follow(outlet: Outlet): FollowedOutlet;
  /** As counted last. */
  readonly total: number;
  close(): void;
}

export type Exceeded = 'address' | 'process';

/** The connection of a stream, or of several. */
export interface Outlet {
  address: string;
  /** Bytes that wait to be taken. */
  unsent(): number;
  /** Ends it; its client may come back. */
  close(): void;
}

export interface FollowedOutlet {
  /** To be called when it stalls: counts it anew, and ends the slowest where that is too much. */
  measure(): void;
  /**
   * Bytes that it may write ahead of the network: little where half of what is allowed waits already, so that many who
   * are slow for a moment, as in a burst, fit side by side.
   */
  ahead(): number;
  leave(): void;
}

/** In bytes. */
export interface UnsentLimits {
  perAddress: number;
  perProcess: number;
}

const LIMITS: UnsentLimits = { perAddress: 16 * 1024 * 1024, perProcess: 256 * 1024 * 1024 };
/** More only means memory for a client that does not read. */
const AHEAD_BYTES = 64 * 1024;
/** A socket tells that it has drained only from its own mark on. */
export const LEAST_AHEAD_BYTES = 16 * 1024;
const LOOK_MILLISECONDS = 5_000;

export function createUnsentBytes(limits = LIMITS, look = LOOK_MILLISECONDS): UnsentBytes {
  const byAddress = new Map<string, number>();
  const followed = new Set<Followed>();
  let total = 0;

  function add(address: string, bytes: number): void {
    if (bytes === 0) return;
    total += bytes;
    const sum = (byAddress.get(address) ?? 0) + bytes;
    if (sum === 0) byAddress.delete(address);
    else byAddress.set(address, sum);
  }

  function measure(each: Followed): void {
    if (!followed.has(each)) return;
    const bytes = each.outlet.unsent();
    add(each.outlet.address, bytes - each.counted);
    each.counted = bytes;
  }

  function leave(each: Followed): void {
    if (!followed.delete(each)) return;
    add(each.outlet.address, -each.counted);
  }

  const isTooMuch = (address: string): boolean => (byAddress.get(address) ?? 0) > limits.perAddress;

  const isHalfFull = (address: string): boolean =>
    total > limits.perProcess / 2 || (byAddress.get(address) ?? 0) > limits.perAddress / 2;

  /** Ends those with most unsent, as counted last, until the sum is no longer too much. */
  function endSlowest(among: (each: Followed) => boolean, tooMuch: () => boolean): void {
    if (!tooMuch()) return;
    const slow = [...followed].filter((each) => each.counted > 0 && among(each));
    for (const each of slow.toSorted((left, right) => right.counted - left.counted)) {
      leave(each);
      each.outlet.close();
      if (!tooMuch()) return;
    }
  }

  function relieve(addresses: Iterable<string>): void {
    for (const address of addresses) {
      endSlowest(
        (each) => each.outlet.address === address,
        () => isTooMuch(address),
      );
    }
    endSlowest(
      () => true,
      () => total > limits.perProcess,
    );
  }

  const count: Count = { measure, leave, relieve, isHalfFull };
  const timer = setInterval(() => {
    for (const each of followed) measure(each);
    relieve([...byAddress.keys()].filter(isTooMuch));
  }, look);
  timer.unref();

  return {
    exceeded: (address, bytes) => {
      if (total + bytes > limits.perProcess) return 'process';
      // What all hold together no address exceeds.
      if (total + bytes <= limits.perAddress) return null;
      return (byAddress.get(address) ?? 0) + bytes > limits.perAddress ? 'address' : null;
    },
    hold: (address, bytes) => {
      add(address, bytes);
      let held = true;
      return () => {
        if (held) add(address, -bytes);
        held = false;
      };
    },
    follow: (outlet) => {
      const each = new Followed(outlet, count);
      followed.add(each);
      return each;
    },
    get total() {
      return total;
    },
    close: () => clearInterval(timer),
  };
}

/** What is counted of all, as each of them needs it. */
interface Count {
  measure(each: Followed): void;
  leave(each: Followed): void;
  relieve(addresses: Iterable<string>): void;
  isHalfFull(address: string): boolean;
}

/** A class, so that ten thousand of them share their functions. */
class Followed implements FollowedOutlet {
  readonly outlet: Outlet;
  /** Bytes, when it was measured last. */
  counted = 0;
  readonly #count: Count;

  constructor(outlet: Outlet, count: Count) {
    this.outlet = outlet;
    this.#count = count;
  }

  measure(): void {
    this.#count.measure(this);
    this.#count.relieve([this.outlet.address]);
  }

  ahead(): number {
    return this.#count.isHalfFull(this.outlet.address) ? LEAST_AHEAD_BYTES : AHEAD_BYTES;
  }

  leave(): void {
    this.#count.leave(this);
  }
}
