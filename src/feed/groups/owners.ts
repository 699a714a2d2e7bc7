/**
 * Which groups each owner watches. Every group is work for each event, so an owner may be in so many different ones;
 * in one of them it may have as many watchers as it has streams.
 */

export interface Owners {
  /** True where the owner may enter the group. */
  mayEnter(owner: string, key: string): boolean;
  /** Answers how to leave, which is done once. */
  enter(owner: string, key: string): () => void;
  /** Whose a group is: its only owner's, or nobody else's when it has several. */
  of(key: string): string;
  /** Owners that watch anything. */
  readonly size: number;
}

export function createOwners(mostGroups: number): Owners {
  /** How many watchers each has in each of its groups. */
  const owners = new Map<string, Map<string, number>>();
  const byGroup = new Map<string, Set<string>>();

  function join(key: string, owner: string): void {
    const members = byGroup.get(key);
    if (members === undefined) byGroup.set(key, new Set([owner]));
    else members.add(owner);
  }

  function part(key: string, owner: string): void {
    const members = byGroup.get(key);
    members?.delete(owner);
    if (members?.size === 0) byGroup.delete(key);
  }

  return {
    mayEnter: (owner, key) => {
      const own = owners.get(owner);
      return own === undefined || own.size < mostGroups || own.has(key);
    },
    enter: (owner, key) => {
      const own = owners.get(owner) ?? new Map<string, number>();
      owners.set(owner, own);
      own.set(key, (own.get(key) ?? 0) + 1);
      join(key, owner);
      return () => {
        const left = (own.get(key) ?? 1) - 1;
        if (left > 0) {
          own.set(key, left);
          return;
        }
        own.delete(key);
        part(key, owner);
        if (own.size === 0) owners.delete(owner);
      };
    },
    of: (key) => {
      const members = byGroup.get(key);
      const [only] = members ?? [];
      // One that somebody else made must not wait for what else that one asks.
      return members?.size === 1 && only !== undefined ? only : key;
    },
    get size() {
      return owners.size;
    },
  };
}
