/**
 * Places derived again against what is stored of them: their ids, what is written, and what is appended to the log.
 * Pure: `apply/rederive.ts` loads, writes and appends. Places between which an agreement moved are settled together.
 */
import type { EventRecord } from '../../../../schema/tables/events.ts';
import type { AgreementMove, Change, PlaceState } from '../place-state.ts';
import { rulesOfNoList } from '../tell/standing.ts';
import { statusKinds, tellToday } from '../tell/tell-today.ts';
import {
  type Cause,
  draftEvent,
  type EventDraft,
  numberEvent,
  occurrenceKey,
  type PlaceChange,
} from './event-records.ts';
import { agreementId } from './ids.ts';
import { addRecords, emptyRecords, type PlaceRecords } from './place-records.ts';
import {
  type AgreementPlace,
  agreementPlaces,
  follow,
  placeKey,
  type StoredAgreement,
  settleAgreements,
} from './settle-agreements.ts';
import { type Merge, type SettledIds, type StoredAgency, settleIds } from './settle-ids.ts';
import { type LoggedEvent, occurrencesIn, settleLog } from './settle-log.ts';

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

/** Why a place is derived again. */
export interface SettleTrigger extends Cause {
  occurredAt: string;
  /** For people: why an event was retracted. */
  reason: string;
  /** Numbers of the lists whose own events are news: the newest of its kind, when it is what arrived. */
  newest: ReadonlySet<number>;
}

/** A name whose rows say one state and are read in another, or that stood in one until now and stands in another. */
export interface MovedName {
  nameKey: string;
  from: string;
  to: string;
}

export interface SettledPlaces {
  before: PlaceRecords;
  after: PlaceRecords;
  merges: readonly Merge[];
  /** Each as it would be where nothing is told in sum: live or history, with what stands after it. */
  events: EventRecord[];
  /** Corrections that say what changed today without an event of its own; needless where it is told in sum. */
  rest: EventRecord[];
  /** Agreements that stand otherwise today. */
  changed: number;
}

/** A place on its way: what is stored, what the lists make of it, and the ids of its agencies. */
interface Part {
  stored: StoredPlace;
  derived: DerivedPlace;
  ids: SettledIds;
}

/**
 * `moved` ties these places to each other, by names that moved now or earlier; `held` are ids of agreements in other
 * places.
 */
export function settlePlaces(
  places: readonly { stored: StoredPlace; derived: DerivedPlace }[],
  moved: readonly MovedName[],
  trigger: SettleTrigger,
  held: ReadonlySet<string> = new Set(),
): SettledPlaces {
  const parts = places.map(({ stored, derived }): Part => {
    const ids = settleIds(stored.placeCode, derived.state, stored.agencies, stored.names);
    return { stored, derived, ids };
  });
  for (const [part, merges] of mergesByMove(parts, moved)) part.ids.merges.push(...merges);
  const agreementIds = agreementIdsOf(parts, moved, held);
  const [before, after] = [emptyRecords(), emptyRecords()];
  for (const { stored, derived, ids } of parts) {
    addRecords(before, stored.placeCode, stored.state, (key) => stored.agencyIds.get(key) ?? key, stored.agreementIds);
    addRecords(after, stored.placeCode, derived.state, ids.idOf, agreementIds(stored.placeCode));
  }
  const merges = parts.flatMap(({ ids }) => ids.merges);
  const drafts = parts.flatMap((part) => draftAll(part, agreementIds(part.stored.placeCode)));
  const identity = parts.flatMap((part) => draftIdentity(part, after, drafts, trigger));
  const logged = parts.flatMap(({ stored }) => stored.logged);
  const { retractions, fresh } = settleLog(logged, [...drafts, ...identity], trigger, (event) => holds(event, merges));
  const lastTurn = new Map(
    drafts.filter(({ kind }) => statusKinds.has(kind)).map((draft) => [draft.subjectId, draft] as const),
  );
  const occurrences = occurrencesIn(logged);
  // Who was alerted, and heard that it does not hold, is told what stands again; it is not new.
  const isAlertAgain = ({ causeId, subjectId, kind }: EventDraft): boolean =>
    kind === 'AGREEMENT_ADDED' && occurrences.has(occurrenceKey(causeId, subjectId, kind));
  const told = tellToday(
    { before, after, merges },
    [...retractions, ...fresh],
    trigger,
    (draft) =>
      draft.kind !== 'EVENT_RETRACTED' && trigger.newest.has(draft.snapshotNumber ?? -1) && !isAlertAgain(draft),
    (draft) => lastTurn.get(draft.subjectId) === draft && !isAlertAgain(draft),
  );
  const number = (draft: EventDraft): EventRecord => numberEvent(draft, occurrences);
  const events = told.events.map(number);
  return { before, after, merges, events, rest: told.rest.map(number), changed: told.changed };
}

/** An agency of which a move left nothing answers with the agency that its name moved to. */
function mergesByMove(parts: readonly Part[], moved: readonly MovedName[]): Map<Part, Merge[]> {
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
  const heirOf = ({ stored: { placeCode, names } }: Part, { id, key }: StoredAgency): string | undefined => {
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
function agreementIdsOf(
  parts: readonly Part[],
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

/** Every event that should stand in the log. */
function draftAll(
  { stored: { placeCode, agreements }, derived: { changes, moves }, ids: { idOf } }: Part,
  agreementIds: ReadonlyMap<string, string>,
): EventDraft[] {
  const moved = new Map(moves.map(({ from, to }) => [placeKey(from), to]));
  // An agreement that became part of another stays stored where it was.
  const formerId = ({ agency, model, ordinal }: AgreementPlace): string => {
    const id = idOf(agency);
    const here = agreements.filter((each) => each.agencyId === id && each.model === model && each.ordinal === ordinal);
    return (here.find(({ derived }) => derived) ?? here[0])?.id ?? agreementId(id, model, ordinal);
  };
  const idAt = (place: AgreementPlace): string => {
    const end = follow(moved, place);
    return (end && agreementIds.get(placeKey(end))) ?? formerId(place);
  };
  return changes.map(({ list, change }) => {
    const cause = { kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number } as const;
    return draftEvent(placeChangeOf(placeCode, change, idOf, idAt), cause, true);
  });
}

/** A change with the ids of what it is about. */
export function placeChangeOf(
  placeCode: string,
  change: Change,
  idOf: (key: string) => string,
  idAt: (place: AgreementPlace) => string,
): PlaceChange {
  const { agency, model, ordinal, survivor, successor } = change;
  const agreement = model === null || ordinal === null ? null : idAt({ agency, model, ordinal });
  const next = model === null || successor === undefined ? null : idAt({ agency, model, ordinal: successor });
  return {
    ...{ placeCode, change, agencyId: idOf(agency), agreementId: agreement },
    successorId: survivor === undefined ? next : idOf(survivor.key),
  };
}

/** Agencies that this re-derivation itself renamed or merged, where no list did. */
function draftIdentity(
  { stored: { placeCode, agencies: stored }, ids }: Part,
  after: PlaceRecords,
  drafts: readonly EventDraft[],
  trigger: SettleTrigger,
): EventDraft[] {
  const told = new Set(drafts.filter(({ kind }) => kind === 'AGENCY_MERGED').map(({ subjectId }) => subjectId));
  return ids.merges.flatMap(({ merged: id, survivor }) => {
    const agency = stored.find((each) => each.id === id);
    if (!agency || agency.mergedInto === survivor || told.has(id)) return [];
    // What was no agency any more is none that turns out to be another: its id answers, and nobody needs to hear of it.
    if (!agency.derived && agency.mergedInto === null) return [];
    const heir = after.agencies.get(survivor);
    const change: Change = {
      ...{ kind: 'AGENCY_MERGED', agency: agency.key, model: null, ordinal: null, provisional: false },
      ...{ occurredAt: trigger.occurredAt, ...(heir ? { survivor: heir } : {}) },
      recorded: { agencyName: agency.name, agencyType: null, countyFips: null, signedOn: null },
    };
    return [draftEvent({ placeCode, change, agencyId: id, agreementId: null, successorId: survivor }, trigger, false)];
  });
}

/** What no list yields stays: a renaming or a correction was true when it was told, a merge while it lasts. */
function holds({ kind, subjectId, payload }: LoggedEvent, merges: readonly Merge[]): boolean {
  if (kind === 'AGENCY_RENAMED') return true;
  if (kind === 'AGREEMENT_CORRECTED') return (payload.changes ?? []).every(({ rule }) => rulesOfNoList.has(rule));
  return kind === 'AGENCY_MERGED' && merges.some(({ merged }) => merged === subjectId);
}
