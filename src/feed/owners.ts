/**
 * Which groups each owner watches. Every group is work for each event, so an owner may be in so many different ones;
 * in one of them it may have as many watchers as it has streams.
 */

export interface Owners {
  /** True where the owner may enter the group. */
  mayEnter(owner: string, key: string): boolean;
  /** Answers how to leave, which is done once. */
  enter(owner: string, key: string): () => void;
  /** Owners that watch anything. */
  readonly size: number;
}

export function createOwners(mostGroups: number): Owners {
  /** How many watchers each has in each of its groups. */
  const owners = new Map<string, Map<string, number>>();
  return {
    mayEnter: (owner, key) => {
      const own = owners.get(owner);
      return own === undefined || own.size < mostGroups || own.has(key);
    },
    enter: (owner, key) => {
      const own = owners.get(owner) ?? new Map<string, number>();
      owners.set(owner, own);
      own.set(key, (own.get(key) ?? 0) + 1);
      return () => {
        const left = (own.get(key) ?? 1) - 1;
        if (left > 0) own.set(key, left);
        else own.delete(key);
        if (own.size === 0) owners.delete(owner);
      };
    },
    get size() {
      return owners.size;
    },
  };
}
