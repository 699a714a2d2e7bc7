/** Changes as events of the log: who they are about, what caused them, and a sentence for people. Pure. */
import type { CauseKind, EventKind, Model } from '../../../../schema/enums.ts';
import { placeByCode } from '../../../../schema/places.ts';
import type { EventPayload, EventRecord } from '../../../../schema/tables/events.ts';
import type { Change } from '../place-state.ts';
import { eventId } from './ids.ts';

export interface Cause {
  kind: CauseKind;
  id: string;
  /** The list, when the cause is one. */
  snapshotNumber: number | null;
}

/** A change in a place, with the ids of its agencies settled. */
export interface PlaceChange {
  placeCode: string;
  change: Change;
  agencyId: string;
  /** Null for a change of an agency. */
  agreementId: string | null;
  /** AGENCY_MERGED: the survivor. AGREEMENT_SUPERSEDED: the agreement that takes its place. */
  successorId: string | null;
}

/** The event of a change but for its ordinal and what follows from it. */
export type EventDraft = Omit<EventRecord, 'id' | 'ordinal'>;

export const noOtherSide = {
  otherAgencyId: null,
  otherPlaceCode: null,
  otherAgencyType: null,
  otherCountyFips: null,
} as const;

/** How often this cause has already done this to this subject. */
export type Occurrences = Map<string, number>;

export const occurrenceKey = (cause: string, subject: string, kind: EventKind): string =>
  `${cause}\n${subject}\n${kind}`;

const modelWords: Record<Model, string> = {
  TASK_FORCE: 'task force',
  JAIL_ENFORCEMENT: 'jail enforcement',
  WARRANT_SERVICE_OFFICER: 'warrant service officer',
};

export function draftEvent(placeChange: PlaceChange, cause: Cause, backfill: boolean): EventDraft {
  const { placeCode, change, agencyId, agreementId } = placeChange;
  const { kind, model, recorded, provisional } = change;
  return {
    ...{ kind, causeKind: cause.kind, causeId: cause.id, subjectId: agreementId ?? agencyId },
    ...{ occurredAt: new Date(change.occurredAt), backfill, provisional, snapshotNumber: cause.snapshotNumber },
    ...{ agreementId, agencyId, placeCode, model },
    ...{ agencyType: recorded.agencyType, countyFips: recorded.countyFips },
    ...noOtherSide,
    ...{ summary: summarise(placeCode, change), payload: payloadOf(placeChange), standing: null, retracts: null },
  };
}

/** Gives the draft its ordinal, and with it its id. */
export function numberEvent(draft: EventDraft, occurrences: Occurrences): EventRecord {
  const key = occurrenceKey(draft.causeId, draft.subjectId, draft.kind);
  const ordinal = (occurrences.get(key) ?? 0) + 1;
  occurrences.set(key, ordinal);
  return { ...draft, ordinal, id: eventId(draft.causeId, draft.subjectId, draft.kind, ordinal) };
}

function payloadOf({ change, successorId }: PlaceChange): EventPayload {
  const { changes, url } = change;
  return {
    ...(changes === undefined ? {} : { changes }),
    ...(url === undefined ? {} : { url }),
    ...(successorId === null ? {} : { successorId }),
  };
}

/** One neutral sentence: what the lists show, never what it means. */
function summarise(placeCode: string, { kind, model, recorded, changes, url, survivor }: Change): string {
  const place = placeByCode.get(placeCode)?.name ?? placeCode;
  const who = `${recorded.agencyName} (${place})`;
  const what = model === null ? '' : `${modelWords[model]} agreement`;
  const signed = recorded.signedOn === null ? '' : `, signed ${recorded.signedOn}`;
  const changed = (changes ?? [])
    .map(({ field, before, after }) => `${field} from ${before ?? 'nothing'} to ${after ?? 'nothing'}`)
    .join(', ');
  switch (kind) {
    case 'AGREEMENT_ADDED':
      return `${who}: ${what} listed for the first time${signed}.`;
    case 'AGREEMENT_UNLISTED':
      return `${who}: ${what} no longer on the list${signed}; not yet confirmed.`;
    case 'AGREEMENT_ENDED':
      return `${who}: ${what} off the list, confirmed by later lists${signed}.`;
    case 'AGREEMENT_RESTORED':
      return `${who}: ${what} listed again${signed}.`;
    case 'AGREEMENT_CORRECTED':
      return `${who}: ${what} corrected: ${changed}.`;
    case 'AGREEMENT_SUPERSEDED':
      return `${who}: ${what} superseded by a new signature${signed}.`;
    case 'MEMORANDUM_POSTED':
      return `${who}: memorandum of the ${what} posted: ${url}.`;
    case 'ADDENDUM_POSTED':
      return `${who}: addendum to the ${what} posted: ${url}.`;
    case 'PENDING_ADDED':
      return `${who}: ${what} pending.`;
    case 'PENDING_DROPPED':
      return `${who}: ${what} no longer pending and not signed.`;
    case 'AGENCY_RENAMED':
      return `${who}: renamed, ${changed}.`;
    case 'AGENCY_MERGED':
      return `${who}: the same agency as ${survivor?.name ?? 'another'}, which answers for both from now on.`;
    case 'EVENT_RETRACTED':
      return `${who}: an earlier event is retracted.`;
    case 'HISTORY_CHANGED':
      return 'The history of the ledger changed.';
  }
}
