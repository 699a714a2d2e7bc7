/**
 * Ids of agreements are for ever too: what a merge, a split or a move gives to another agency takes its id along. Pure.
 * What is stored where it stands keeps its id; what comes back gets its own; what is new at an agency takes over the id
 * of the agreement that it was at another.
 */
import type { Model } from '../../../../schema/enums.ts';
import type { PlaceState } from '../place-state.ts';
import { agreementId } from './ids.ts';

/** An agreement row as stored, whatever became of it. */
export interface StoredAgreement {
  id: string;
  agencyId: string;
  placeCode: string;
  model: Model;
  ordinal: number;
  /** It is one of its own today. */
  derived: boolean;
}

/** Where an agreement stands in a place's state. */
export interface AgreementPlace {
  agency: string;
  model: Model;
  ordinal: number;
}

export const placeKey = ({ agency, model, ordinal }: AgreementPlace): string => `${agency}\n${model}\n${ordinal}`;

/** The places of all agreements of a state, in an order that does not depend on how it came about. */
export function agreementPlaces(state: PlaceState): AgreementPlace[] {
  return [...state.agencies.values()]
    .flatMap(({ key, agreements }) => agreements.map(({ model, ordinal }) => ({ agency: key, model, ordinal })))
    .sort((a, b) => (placeKey(a) < placeKey(b) ? -1 : 1));
}

/**
 * Ids by {@link placeKey}. `idOf` gives an agency's id by its key, `formerAgencies` the ids of agencies whose names are
 * now this one's. Ids that are `held` are those of agreements elsewhere, which took them along.
 */
export function settleAgreements(
  places: readonly AgreementPlace[],
  stored: readonly StoredAgreement[],
  idOf: (key: string) => string,
  formerAgencies: (key: string) => ReadonlySet<string>,
  held: ReadonlySet<string>,
): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>(held);
  const known = new Map(stored.map((agreement) => [agreement.id, agreement]));
  const byAgency = new Map<string, StoredAgreement[]>();
  for (const each of stored) byAgency.set(each.agencyId, [...(byAgency.get(each.agencyId) ?? []), each]);
  const take = (place: AgreementPlace, id: string | undefined): void => {
    if (id === undefined || taken.has(id)) return;
    ids.set(placeKey(place), id);
    taken.add(id);
  };
  const open = (): AgreementPlace[] => places.filter((place) => !ids.has(placeKey(place)));
  const ownId = ({ agency, model, ordinal }: AgreementPlace): string => agreementId(idOf(agency), model, ordinal);
  const here = ({ agency, model, ordinal }: AgreementPlace): StoredAgreement[] =>
    (byAgency.get(idOf(agency)) ?? []).filter((each) => each.model === model && each.ordinal === ordinal);
  for (const place of open()) take(place, here(place).find(({ derived }) => derived)?.id);
  const isBack = (id: string): boolean => known.has(id) && !taken.has(id);
  for (const place of open()) take(place, isBack(ownId(place)) ? ownId(place) : here(place)[0]?.id);
  for (const place of open()) {
    const former = [...formerAgencies(place.agency)]
      .flatMap((agencyId) => byAgency.get(agencyId) ?? [])
      .filter(({ id, model, derived }) => derived && model === place.model && !taken.has(id))
      .sort((a, b) => distance(a, place) - distance(b, place) || (a.id < b.id ? -1 : 1));
    take(place, former[0]?.id);
  }
  for (const place of open()) {
    const own = ownId(place);
    // Its first bearer has taken the id elsewhere: named after where that is, and by number after that.
    const others = function* (): Generator<string> {
      yield own;
      for (let next = 1; ; next += 1) yield agreementId(`${own} ${next}`, place.model, place.ordinal);
    };
    for (const id of others()) {
      if (known.has(id) || taken.has(id)) continue;
      take(place, id);
      break;
    }
  }
  return ids;
}

const distance = ({ ordinal }: StoredAgreement, place: AgreementPlace): number => Math.abs(ordinal - place.ordinal);

/** Follows an agreement from where a list showed it to where mergers of later lists took it; null: into another. */
export function follow(
  moves: ReadonlyMap<string, AgreementPlace | null>,
  place: AgreementPlace,
): AgreementPlace | null {
  let current: AgreementPlace | null = place;
  while (current !== null) {
    const next = moves.get(placeKey(current));
    if (next === undefined) return current;
    current = next;
  }
  return null;
}
