/**
 * What is told in sum instead of event by event: a history that arrives at once. Its events are history, and one live
 * event tells every watcher that what they hold no longer follows from the events that they were sent. Pure.
 */
import type { SnapshotKind } from '../../../../schema/enums.ts';
import type { EventRecord } from '../../../../schema/tables/events.ts';
import { DAY_MILLISECONDS } from '../days.ts';
import { type Cause, noOtherSide } from '../settle/event-records.ts';
import { eventId } from '../settle/ids.ts';

/** The whole ledger, as the subject of an event. */
const WHOLE_LEDGER = '28700000-0000-5000-8000-000000000287';

/** A list published longer before the newest of its kind is history. */
const NEWS_DAYS = 14;

export interface ListInTime {
  kind: SnapshotKind;
  publishedAt: string;
}

/**
 * Why a list is history, for people; null: it is news. `others` are the accepted lists besides it, `coming` the newest
 * of its kind that arrives together with it.
 */
export function whyHistory(
  list: ListInTime,
  others: readonly ListInTime[],
  coming: string | undefined,
  backfill: boolean,
): string | null {
  if (backfill) return 'the operator said that it is history';
  const same = others.filter(({ kind }) => kind === list.kind);
  if (same.length === 0) return 'it is the first list of its kind';
  const newest = [...same.map(({ publishedAt }) => publishedAt), coming ?? ''].sort().at(-1) ?? '';
  const isOld = newest !== '' && Date.parse(newest) - Date.parse(list.publishedAt) > NEWS_DAYS * DAY_MILLISECONDS;
  return isOld ? `it was published more than ${NEWS_DAYS} days before the newest of its kind` : null;
}

/** The same events as history: nothing of them is live, and nothing follows from them. */
export const asHistory = (events: readonly EventRecord[]): EventRecord[] =>
  events.map((event) => ({ ...event, ...noOtherSide, backfill: true, standing: null }));

/** What is told in sum: how many lists arrived and events were appended, and why, for people. */
export interface Sum {
  lists: number;
  events: number;
  reason: string;
}

/** The one live event of a transaction whose events are history. `ordinal` tells it from others of its cause. */
export function historyChanged(cause: Cause & { occurredAt: string }, ordinal: number, sum: Sum): EventRecord {
  return {
    ...{ id: eventId(cause.id, WHOLE_LEDGER, 'HISTORY_CHANGED', ordinal), kind: 'HISTORY_CHANGED', ordinal },
    ...{ causeKind: cause.kind, causeId: cause.id, subjectId: WHOLE_LEDGER, snapshotNumber: cause.snapshotNumber },
    ...{ occurredAt: new Date(cause.occurredAt), backfill: false, provisional: false },
    ...{ agreementId: null, agencyId: null, placeCode: null, model: null, agencyType: null, countyFips: null },
    ...noOtherSide,
    ...{ summary: describeSum(sum), payload: { ...sum } },
    ...{ standing: null, retracts: null },
  };
}

/** One event for both: what its transaction told in sum before, if anything, and what it adds. */
export function joinSums(before: EventRecord | null, added: EventRecord): EventRecord {
  if (before === null) return added;
  const [one, other] = [before, added].map(({ payload: { lists = 0, events = 0, reason = '' } }) => ({
    ...{ lists, events, reason },
  })) as [Sum, Sum];
  const reason = one.reason.includes(other.reason) ? one.reason : `${one.reason}; ${other.reason}`;
  const sum = { lists: one.lists + other.lists, events: one.events + other.events, reason };
  return { ...before, summary: describeSum(sum), payload: sum };
}

function describeSum({ lists, events, reason }: Sum): string {
  const arrived = lists === 0 ? '' : lists === 1 ? 'one list arrived, ' : `${lists} lists arrived, `;
  return `The history of the ledger changed: ${arrived}${events} events of history, since ${reason}. Query again.`;
}
