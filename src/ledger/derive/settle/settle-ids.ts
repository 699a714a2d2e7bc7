/**
 * Ids are for ever: a re-derived place takes over the ids that its agencies already have. Pure. What a re-derivation
 * joins answers with one of them; what it parts gets back its own.
 */

import type { PlaceState } from '../place-state.ts';
import { agencyId } from './ids.ts';

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

/** Ids that an agency of this key may get: its own, and others where another agency goes by that one now. */
export const agencyIdsFor = (placeCode: string, key: string): string[] => [
  agencyId(placeCode, key),
  ...[2, 3, 4].map((attempt) => agencyId(placeCode, `${key}\n${attempt}`)),
];

/** The first of them that is free. */
export function freeAgencyId(placeCode: string, key: string, isTaken: (id: string) => boolean): string {
  const free = agencyIdsFor(placeCode, key).find((id) => !isTaken(id));
  if (free === undefined) throw new Error(`no id is free for agency ${key}`);
  return free;
}

/** Of two with one key the one that counts more comes last. */
const rank = ({ derived, mergedInto }: StoredAgency): number => (derived ? 2 : mergedInto === null ? 0 : 1);

/** `names` says which stored agency a canonical name meant until now. */
export function settleIds(
  placeCode: string,
  state: PlaceState,
  stored: readonly StoredAgency[],
  names: ReadonlyMap<string, string>,
): SettledIds {
  const inTurn = [...stored].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? 1 : -1));
  const byKey = new Map(inTurn.map((agency) => [agency.key, agency.id]));
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  const take = (key: string, id: string): void => {
    ids.set(key, id);
    taken.add(id);
  };
  const keys = [...state.agencies.keys()].sort();
  const known = new Set(stored.map(({ id }) => id));
  // Whoever was founded under another id, since its own was in use, stays with it.
  for (const key of keys) {
    const held = byKey.get(key);
    if (held !== undefined && agencyIdsFor(placeCode, key).slice(1).includes(held)) take(key, held);
  }
  // Then the id that the key itself makes: another agency may have taken it over while the two were one.
  for (const key of keys.filter((each) => !ids.has(each))) {
    const own = agencyId(placeCode, key);
    if (known.has(own) && !taken.has(own)) take(key, own);
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
    take(key, former ?? freeAgencyId(placeCode, key, (id) => taken.has(id)));
  }
  const mergedInto = new Map(stored.map((agency) => [agency.id, agency.mergedInto]));
  /** Whoever answered for it until now, where no name of it is left to say who does. */
  const lastSurvivor = (id: string): string | undefined => {
    let survivor = mergedInto.get(id);
    for (let steps = 0; survivor != null && !taken.has(survivor) && steps < stored.length; steps += 1) {
      survivor = mergedInto.get(survivor);
    }
    return survivor != null && taken.has(survivor) ? survivor : undefined;
  };
  const merges = stored.flatMap(({ id, key }) => {
    if (taken.has(id)) return [];
    const formerName = state.names.has(key) ? key : [...names].find(([, owner]) => owner === id)?.[0];
    const heir = formerName === undefined ? undefined : state.names.get(formerName)?.agency;
    const survivor = heir === undefined ? lastSurvivor(id) : ids.get(heir);
    return survivor === undefined ? [] : [{ merged: id, survivor }];
  });
  // An agency that later lists merged is no longer there, and its earlier events are about the id that it had.
  return { idOf: (key) => ids.get(key) ?? byKey.get(key) ?? agencyId(placeCode, key), merges };
}
