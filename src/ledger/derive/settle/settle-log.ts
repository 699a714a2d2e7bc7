/**
 * The log against a re-derivation. The events that were not retracted are always those that `derive` yields for the
 * accepted lists: what is missing is appended, what no longer holds is retracted by an event of its own, and nothing
 * is rewritten. Pure.
 */
import type { EventPayload, EventRecord } from '../../../../schema/tables/events.ts';
import { type Cause, type EventDraft, noOtherSide, type Occurrences, occurrenceKey } from './event-records.ts';

/** An event of the log, as far as it matters here. */
export interface LoggedEvent
  extends Omit<
    EventRecord,
    'retracts' | 'standing' | 'otherAgencyId' | 'otherPlaceCode' | 'otherAgencyType' | 'otherCountyFips'
  > {
  retracted: boolean;
}

export interface Settlement {
  retractions: EventDraft[];
  /** In its own order. */
  fresh: EventDraft[];
}

/**
 * Same cause, subject, kind, time and content: the same event, whatever it was called when it was recorded. A list that
 * an operator gave another time has events of another time.
 */
const contentKey = (event: Pick<EventDraft, 'causeId' | 'subjectId' | 'kind' | 'occurredAt' | 'payload'>): string =>
  [
    occurrenceKey(event.causeId, event.subjectId, event.kind),
    event.occurredAt.toISOString(),
    inKeyOrder(event.payload),
  ].join('\n');

/** JSON with sorted keys: the database keeps an object's keys in an order of its own. */
const inKeyOrder = (payload: EventPayload): string =>
  JSON.stringify(payload, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/**
 * `holds` answers for events that no list yields: those of an agency renamed or merged by a decision or a late list.
 */
export function settleLog(
  logged: readonly LoggedEvent[],
  derived: readonly EventDraft[],
  trigger: Cause & { occurredAt: string; reason: string },
  holds: (event: LoggedEvent) => boolean,
): Settlement {
  const standing = logged.filter(({ kind, retracted }) => kind !== 'EVENT_RETRACTED' && !retracted);
  const unmatched = new Map<string, LoggedEvent[]>();
  for (const event of standing) {
    const key = contentKey(event);
    unmatched.set(key, [...(unmatched.get(key) ?? []), event]);
  }
  const fresh = derived.filter((draft) => unmatched.get(contentKey(draft))?.shift() === undefined);
  const wrong = [...unmatched.values()].flat().filter((event) => !holds(event));
  return { retractions: wrong.map((event) => retraction(event, trigger)), fresh };
}

/** How often each cause has done each thing to each subject, by the log. */
export function occurrencesIn(logged: readonly LoggedEvent[]): Occurrences {
  const occurrences: Occurrences = new Map();
  for (const { causeId, subjectId, kind, ordinal } of logged) {
    const key = occurrenceKey(causeId, subjectId, kind);
    occurrences.set(key, Math.max(occurrences.get(key) ?? 0, ordinal));
  }
  return occurrences;
}

/** Whoever may have been told hears that it does not hold: a retraction is history only when its event was. */
function retraction(event: LoggedEvent, trigger: Parameters<typeof settleLog>[2]): EventDraft {
  const { subjectId, backfill, agreementId, agencyId, placeCode, model, agencyType, countyFips } = event;
  return {
    ...{ kind: 'EVENT_RETRACTED', causeKind: trigger.kind, causeId: trigger.id, subjectId },
    ...{ occurredAt: new Date(trigger.occurredAt), backfill, provisional: false },
    ...{ snapshotNumber: trigger.snapshotNumber, agreementId, agencyId, placeCode, model, agencyType, countyFips },
    ...noOtherSide,
    summary: `Retracted: "${event.summary}" The reason: ${trigger.reason}`,
    payload: { retractedKind: event.kind, reason: trigger.reason },
    standing: null,
    retracts: event.id,
  };
}
