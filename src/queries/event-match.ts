/**
 * A filter of events as a function, for events that are in memory anyway. It means what `eventConditions` means in
 * SQL; a test compares both under random filters.
 */
import { newYorkDay } from '../intake/new-york.ts';
import { toIsoInstant } from './counts/instant.ts';
import type { EventFilter, LoggedEvent } from './events.ts';

/** Mergers aside: which ids an agency's id stands for changes, so the caller looks that up, after everything else. */
export function matchEvents(
  filter: EventFilter,
  includeBackfill: boolean,
): (events: readonly LoggedEvent[]) => LoggedEvent[] {
  const tests = [
    ...oneOf(filter.kinds, (event) => [event.kind]),
    ...oneOf(
      filter.states?.map((code) => code.toUpperCase()),
      (event) => [event.placeCode, event.otherPlaceCode],
    ),
    ...oneOf(filter.models, (event) => [event.model]),
    ...oneOf(filter.agencyTypes, (event) => [event.agencyType, event.otherAgencyType]),
    ...oneOf(filter.counties, (event) => [event.countyFips, event.otherCountyFips]),
    ...within(filter),
    ...(includeBackfill ? [] : [(event: LoggedEvent) => !event.backfill]),
  ];
  return (events) => events.filter((event) => tests.every((test) => test(event)));
}

function within({ occurredFrom: from, occurredTo: to }: EventFilter): Test[] {
  if (from == null && to == null) return [];
  return [
    (event) => {
      const day = newYorkDay(toIsoInstant(event.occurredAt));
      return event.agencyId === null || ((from == null || day >= from) && (to == null || day <= to));
    },
  ];
}

type Test = (event: LoggedEvent) => boolean;

function oneOf<Value>(
  values: readonly Value[] | null | undefined,
  recorded: (event: LoggedEvent) => readonly (Value | null)[],
): Test[] {
  if (values == null) return [];
  const wanted: ReadonlySet<Value | null> = new Set(values);
  // What is about the whole ledger passes every filter.
  return [(event) => event.agencyId === null || recorded(event).some((value) => wanted.has(value))];
}
