/** A place that is derived again: what is stored of it, what the lists make of it, and the ids of its agencies. */
import type { AgreementMove, Change, PlaceState } from '../place-state.ts';
import type { StoredAgreement } from './settle-agreements.ts';
import type { SettledIds, StoredAgency } from './settle-ids.ts';
import type { LoggedEvent } from './settle-log.ts';

/** What is stored of a place, and logged. */
export interface StoredPlace {
  placeCode: string;
  state: PlaceState;
  /** Of the agencies in `state`, by key. */
  agencyIds: ReadonlyMap<string, string>;
  /** Of the agreements in `state`, by `placeKey`. */
  agreementIds: ReadonlyMap<string, string>;
  /** All of them, whatever became of them. */
  agencies: readonly StoredAgency[];
  agreements: readonly StoredAgreement[];
  /** Which agency a canonical name means, by id. */
  names: ReadonlyMap<string, string>;
  logged: readonly LoggedEvent[];
}

/** What the lists make of the place. */
export interface DerivedPlace {
  state: PlaceState;
  /** In the order in which they happened, each with the list that caused it. */
  changes: readonly { list: { id: string; number: number }; change: Change }[];
  moves: readonly AgreementMove[];
}

export interface PlacePart {
  stored: StoredPlace;
  derived: DerivedPlace;
  ids: SettledIds;
}
