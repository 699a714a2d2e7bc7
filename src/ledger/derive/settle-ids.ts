/**
 * Ids are for ever: a re-derived place takes over the ids that its agencies already have. Pure. What a re-derivation
 * joins answers with one of them; what it parts gets back its own.
 */
import { agencyId } from './ids.ts';
import type { PlaceState } from './place-state.ts';

/** An agency row as stored, whatever became of it. */
export interface StoredAgency {
  id: string;
  key: string;
  name: string;
  mergedInto: string | null;
  derived: boolean;
}

/** An agency that another answers for from now on, by id. */
export interface Merge {
  merged: string;
  survivor: string;
}

export interface SettledIds {
  idOf(key: string): string;
  /** All merges that hold now. */
  merges: Merge[];
}

/** `names` says which stored agency a canonical name meant until now. */
export function settleIds(
  placeCode: string,
  state: PlaceState,
  stored: readonly StoredAgency[],
  names: ReadonlyMap<string, string>,
): SettledIds {
  const byKey = new Map(stored.map((agency) => [agency.key, agency.id]));
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  const take = (key: string, id: string): void => {
    ids.set(key, id);
    taken.add(id);
  };
  const keys = [...state.agencies.keys()].sort();
  const known = new Set(stored.map(({ id }) => id));
  // First the id that the key itself makes: another agency may have taken it over while the two were one.
  for (const key of keys) {
    const own = agencyId(placeCode, key);
    if (known.has(own)) take(key, own);
  }
  for (const key of keys.filter((each) => !ids.has(each))) {
    const own = byKey.get(key);
    if (own !== undefined && !taken.has(own)) take(key, own);
  }
  for (const key of keys.filter((each) => !ids.has(each))) {
    const former = [...state.names]
      .filter(([, { agency }]) => agency === key)
      .flatMap(([name]) => names.get(name) ?? [])
      .sort()
      .find((id) => !taken.has(id));
    take(key, former ?? agencyId(placeCode, key));
  }
  const merges = stored.flatMap(({ id, key }) => {
    if (taken.has(id)) return [];
    const formerName = state.names.has(key) ? key : [...names].find(([, owner]) => owner === id)?.[0];
    const heir = formerName === undefined ? undefined : state.names.get(formerName)?.agency;
    const survivor = heir === undefined ? undefined : ids.get(heir);
    return survivor === undefined ? [] : [{ merged: id, survivor }];
  });
  return { idOf: (key) => ids.get(key) ?? agencyId(placeCode, key), merges };
}
