/** Agreements that moved take their ids along, and an agency of which a move left nothing answers with its heir. */
import type { PlaceState } from '../place-state.ts';
import type { PlacePart } from './place-part.ts';
import { agreementPlaces, settleAgreements } from './settle-agreements.ts';
import type { Merge, StoredAgency } from './settle-ids.ts';

/** A name whose rows say one state and are read in another, or that stood in one until now and stands in another. */
export interface MovedName {
  nameKey: string;
  from: string;
  to: string;
}

/** An agency of which a move left nothing answers with the agency that its name moved to. */
export function mergesByMove(parts: readonly PlacePart[], moved: readonly MovedName[]): Map<PlacePart, Merge[]> {
  const stored = new Map(parts.flatMap((part) => part.stored.agencies.map((agency) => [agency.id, agency] as const)));
  const inTheirOwnRight = new Set(
    parts.flatMap(({ derived, ids }) => [...derived.state.agencies.keys()].map((key) => ids.idOf(key))),
  );
  /** Whoever answered for it until now. */
  const lastSurvivor = (id: string): string | undefined => {
    let survivor = stored.get(id)?.mergedInto;
    for (let steps = 0; survivor != null && !inTheirOwnRight.has(survivor) && steps < stored.size; steps += 1) {
      survivor = stored.get(survivor)?.mergedInto;
    }
    return survivor != null && inTheirOwnRight.has(survivor) ? survivor : undefined;
  };
  const heirOf = ({ stored: { placeCode, names } }: PlacePart, { id, key }: StoredAgency): string | undefined => {
    const own = [key, ...[...names].flatMap(([name, owner]) => (owner === id ? [name] : [])).sort()];
    for (const name of own) {
      for (const { nameKey, from, to } of moved) {
        if (nameKey !== name || from !== placeCode) continue;
        const heir = parts.find((part) => part.stored.placeCode === to);
        const known = heir?.derived.state.names.get(name);
        if (heir !== undefined && known !== undefined) return heir.ids.idOf(known.agency);
      }
    }
    return undefined;
  };
  return new Map(
    parts.map((part) => {
      const answered = new Set(part.ids.merges.map(({ merged }) => merged));
      const merges = part.stored.agencies.flatMap((agency) => {
        if (inTheirOwnRight.has(agency.id) || answered.has(agency.id)) return [];
        const survivor = heirOf(part, agency) ?? lastSurvivor(agency.id);
        return survivor === undefined ? [] : [{ merged: agency.id, survivor }];
      });
      return [part, merges];
    }),
  );
}

/** Ids of the agreements of each place, by `placeKey`: an agreement that moved takes its id along. */
export function agreementIdsOf(
  parts: readonly PlacePart[],
  moved: readonly MovedName[],
  held: ReadonlySet<string>,
): (placeCode: string) => ReadonlyMap<string, string> {
  const inPlace = (placeCode: string, key: string): string => `${placeCode}\n${key}`;
  const [idOf, former] = [new Map<string, string>(), new Map<string, Set<string>>()];
  for (const { stored, derived, ids } of parts) {
    const formerHere = formerAgencies(derived.state, stored.names, ids.merges, ids.idOf);
    for (const key of derived.state.agencies.keys()) {
      idOf.set(inPlace(stored.placeCode, key), ids.idOf(key));
      former.set(inPlace(stored.placeCode, key), new Set(formerHere(key)));
    }
  }
  const namesakes = (placeCode: string, nameKey: string): string[] => {
    const stored = parts.find((part) => part.stored.placeCode === placeCode)?.stored;
    const owner = stored?.names.get(nameKey);
    const own = stored?.agencies.filter(({ id, key }) => key === nameKey || id === owner) ?? [];
    return own.map(({ id }) => id);
  };
  const tied = moved.flatMap(({ nameKey, from, to }) => [
    { nameKey, here: from, there: to },
    { nameKey, here: to, there: from },
  ]);
  for (const { nameKey, here, there } of tied) {
    const agency = parts.find(({ stored }) => stored.placeCode === here)?.derived.state.names.get(nameKey)?.agency;
    if (agency === undefined) continue;
    for (const id of namesakes(there, nameKey)) former.get(inPlace(here, agency))?.add(id);
  }
  const settled = settleAgreements(
    parts.flatMap(({ stored: { placeCode }, derived }) =>
      agreementPlaces(derived.state).map((place) => ({ ...place, agency: inPlace(placeCode, place.agency) })),
    ),
    parts.flatMap(({ stored }) => stored.agreements),
    (key) => idOf.get(key) ?? key,
    (key) => former.get(key) ?? new Set(),
    held,
  );
  const byPlace = new Map(parts.map(({ stored }) => [stored.placeCode, new Map<string, string>()]));
  for (const [key, id] of settled) {
    const end = key.indexOf('\n');
    byPlace.get(key.slice(0, end))?.set(key.slice(end + 1), id);
  }
  return (placeCode) => byPlace.get(placeCode) ?? new Map();
}

/** Agencies whose names are now those of another, by that one's key. */
export function formerAgencies(
  state: PlaceState,
  names: ReadonlyMap<string, string>,
  merges: readonly Merge[],
  idOf: (key: string) => string,
): (key: string) => ReadonlySet<string> {
  const former = new Map<string, Set<string>>();
  const add = (key: string, id: string | undefined): void => {
    if (id !== undefined) former.set(key, (former.get(key) ?? new Set()).add(id));
  };
  for (const [name, { agency }] of state.names) add(agency, names.get(name));
  const keys = new Map([...state.agencies.keys()].map((key) => [idOf(key), key]));
  for (const { merged, survivor } of merges) {
    const key = keys.get(survivor);
    if (key !== undefined) add(key, merged);
  }
  return (key) => former.get(key) ?? new Set();
}
