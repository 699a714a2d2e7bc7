/**
 * A place derived again against what is stored of it: its ids, what is written, and what is appended to the log. Pure:
 * `apply/rederive.ts` loads, writes and appends.
 */
import type { EventRecord } from '../../../schema/tables/events.ts';
import { type Cause, draftEvent, type EventDraft, numberEvent, type PlaceChange } from './event-records.ts';
import { agreementId } from './ids.ts';
import { addRecords, emptyRecords, type PlaceRecords } from './place-records.ts';
import type { AgreementMove, Change, PlaceState } from './place-state.ts';
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
import { DERIVED_AGAIN } from './standing.ts';
import { statusKinds, tellToday } from './tell-today.ts';

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

export interface SettledPlace {
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

export function settlePlace(stored: StoredPlace, derived: DerivedPlace, trigger: SettleTrigger): SettledPlace {
  const { placeCode } = stored;
  const settled = settleIds(placeCode, derived.state, stored.agencies, stored.names);
  const agreementIds = settleAgreements(
    agreementPlaces(derived.state),
    stored.agreements,
    settled.idOf,
    formerAgencies(derived.state, stored.names, settled.merges, settled.idOf),
  );
  const [before, after] = [emptyRecords(), emptyRecords()];
  const storedId = (key: string): string => stored.agencyIds.get(key) ?? key;
  addRecords(before, placeCode, stored.state, storedId, stored.agreementIds);
  addRecords(after, placeCode, derived.state, settled.idOf, agreementIds);
  const drafts = draftAll(stored, derived, settled, agreementIds);
  const transition = { before, after, merges: settled.merges };
  const identity = draftIdentity(stored, settled, after, drafts, trigger);
  const { retractions, fresh } = settleLog(stored.logged, [...drafts, ...identity], trigger, (event) =>
    holds(event, settled),
  );
  const lastTurn = new Map(
    drafts.filter(({ kind }) => statusKinds.has(kind)).map((draft) => [draft.subjectId, draft] as const),
  );
  const told = tellToday(
    transition,
    [...retractions, ...fresh],
    trigger,
    ({ kind, snapshotNumber }) => kind !== 'EVENT_RETRACTED' && trigger.newest.has(snapshotNumber ?? -1),
    (draft) => lastTurn.get(draft.subjectId) === draft,
  );
  const occurrences = occurrencesIn(stored.logged);
  const number = (draft: EventDraft): EventRecord => numberEvent(draft, occurrences);
  const events = told.events.map(number);
  return {
    ...{ before, after, merges: settled.merges, events },
    ...{ rest: told.rest.map(number), changed: told.changed },
  };
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
  { placeCode, agreements }: StoredPlace,
  { changes, moves }: DerivedPlace,
  { idOf }: SettledIds,
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
  { placeCode, agencies: stored }: StoredPlace,
  settled: SettledIds,
  after: PlaceRecords,
  drafts: readonly EventDraft[],
  trigger: SettleTrigger,
): EventDraft[] {
  const told = new Set(drafts.filter(({ kind }) => kind === 'AGENCY_MERGED').map(({ subjectId }) => subjectId));
  return settled.merges.flatMap(({ merged: id, survivor }) => {
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
function holds({ kind, subjectId, payload }: LoggedEvent, { merges }: SettledIds): boolean {
  if (kind === 'AGENCY_RENAMED') return true;
  if (kind === 'AGREEMENT_CORRECTED') return (payload.changes ?? []).every(({ rule }) => rule === DERIVED_AGAIN);
  return kind === 'AGENCY_MERGED' && merges.some(({ merged }) => merged === subjectId);
}
