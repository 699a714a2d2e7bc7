/** Joins what the fields of one operation ask for by key at one moment: one statement, not one for each field. */

/** As `read`, which is asked once for all keys that are asked for until nothing else of this turn is left to do. */
export function gathered<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
): (keys: readonly Key[]) => Promise<Value[]> {
  let gathering: Gathering<Key, Value> | undefined;
  const begin = (): Gathering<Key, Value> => {
    const keys = new Set<Key>();
    const found = endOfTurn().then(async () => {
      gathering = undefined;
      const asked = [...keys];
      const values = await read(asked);
      return new Map(asked.map((key, index): [Key, Value | undefined] => [key, values[index]]));
    });
    return { keys, found };
  };
  return async (keys) => {
    gathering ??= begin();
    for (const key of keys) gathering.keys.add(key);
    const values = await gathering.found;
    // Each key was asked for, and a value came for each.
    return keys.map((key) => values.get(key) as Value);
  };
}

interface Gathering<Key, Value> {
  keys: Set<Key>;
  found: Promise<ReadonlyMap<Key, Value | undefined>>;
}

/** Fields that stand beside each other are asked in the promises of one turn, one after another. */
async function endOfTurn(): Promise<void> {
  await null;
  await new Promise<void>((resolve) => process.nextTick(resolve));
}
