/**
 * Places derived again against what is stored of them: their ids, what is written, and what is appended to the log.
 * Pure: `apply/rederive.ts` loads, writes and appends. Places between which an agreement moved are settled together.
 */
import type { EventRecord } from '../../../../schema/tables/events.ts';
import type { Change } from '../place-state.ts';
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
import type { DerivedPlace, PlacePart, StoredPlace } from './place-part.ts';
import { addRecords, emptyRecords, type PlaceRecords } from './place-records.ts';
import { type AgreementPlace, follow, placeKey } from './settle-agreements.ts';
import { type Merge, settleIds } from './settle-ids.ts';
import { type LoggedEvent, occurrencesIn, settleLog } from './settle-log.ts';
import { agreementIdsOf, type MovedName, mergesByMove } from './settle-moves.ts';

/** Why a place is derived again. */
export interface SettleTrigger extends Cause {
  occurredAt: string;
  /** For people: why an event was retracted. */
  reason: string;
  /** Numbers of the lists whose own events are news: the newest of its kind, when it is what arrived. */
  newest: ReadonlySet<number>;
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
  const parts = places.map(({ stored, derived }): PlacePart => {
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

/** Every event that should stand in the log. */
function draftAll(
  { stored: { placeCode, agreements }, derived: { changes, moves }, ids: { idOf } }: PlacePart,
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
  { stored: { placeCode, agencies: stored }, ids }: PlacePart,
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
