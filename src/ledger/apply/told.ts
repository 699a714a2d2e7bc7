/** What a change appended to the log, counted for the reports. */
import type { EventKind } from '../../../schema/enums.ts';
import type { EventRecord } from '../../../schema/tables/events.ts';
import type { LockedLedger } from '../../feed/log/event-log.ts';
import type { Publication } from './lists/publication.ts';

/** What was appended to the log, counted. */
export interface Told {
  events: Partial<Record<EventKind, number>>;
  /** How many of them are news, which watchers see at once; the rest is history. */
  liveEvents: number;
}

export const nothingTold: Told = { events: {}, liveEvents: 0 };

/** The event that tells the rest of it in sum, if there is one. */
export const toldInSum = ({ sum }: LockedLedger): Told => (sum === null ? nothingTold : countEvents([sum]));

export function addTold(told: readonly Told[]): Told {
  const events: Told['events'] = {};
  for (const each of told) {
    // The keys are event kinds by the type.
    for (const [kind, count] of Object.entries(each.events) as [EventKind, number][]) {
      events[kind] = (events[kind] ?? 0) + count;
    }
  }
  return { events, liveEvents: told.reduce((sum, { liveEvents }) => sum + liveEvents, 0) };
}

export function countEvents(appended: readonly Pick<EventRecord, 'kind' | 'backfill'>[]): Told {
  const events: Told['events'] = {};
  for (const { kind } of appended) events[kind] = (events[kind] ?? 0) + 1;
  return { events, liveEvents: appended.filter(({ backfill }) => !backfill).length };
}

/** By the number of the list. What the lists change of others, retractions among it, is put down to the last of them. */
export function countByList(
  appended: readonly EventRecord[],
  lists: readonly Publication[],
  last: Publication,
): ReadonlyMap<number, Told> {
  const cause = ({ snapshotNumber }: EventRecord): number =>
    lists.find(({ number }) => number === snapshotNumber)?.number ?? last.number;
  return new Map(lists.map(({ number }) => [number, countEvents(appended.filter((event) => cause(event) === number))]));
}
