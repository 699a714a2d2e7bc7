/**
 * One list's step in some places against what is stored of them: ids, what is written, and what is appended to the log
 * as news. Pure: `apply/advance.ts` loads, writes and appends.
 */
import type { EventRecord } from '../../../../schema/tables/events.ts';
import type { PlaceState, Step } from '../place-state.ts';
import { type TellCause, tellToday } from '../tell/tell-today.ts';
import { draftEvent, type EventDraft, numberEvent, type Occurrences, type PlaceChange } from './event-records.ts';
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
import type { Merge } from './settle-ids.ts';
import { formerAgencies } from './settle-moves.ts';
import { placeChangeOf } from './settle-place.ts';

/** What a list did to the touched part of a place. */
export interface PlaceStep {
  placeCode: string;
  before: PlaceState;
  step: Step;
  /** Of the agreements before, by `placeKey`. */
  agreementIds: ReadonlyMap<string, string>;
  idOf: (key: string) => string;
}

export interface SettledStep {
  before: PlaceRecords;
  after: PlaceRecords;
  merges: readonly Merge[];
  changes: readonly PlaceChange[];
  events: EventRecord[];
  /** What changed without an event of its own; needless where the list is told in sum. */
  rest: EventRecord[];
}

/** The agencies of which the stored agreements must be known: those that were there, and those that are. */
export const agenciesOf = (steps: readonly PlaceStep[]): string[] =>
  steps.flatMap(({ before, step, idOf }) =>
    [...new Set([...before.agencies.keys(), ...step.state.agencies.keys()])].map(idOf),
  );

/** `stored` holds the agreements of {@link agenciesOf}, and others under ids that new ones would have. */
export function settleSteps(
  steps: readonly PlaceStep[],
  stored: readonly StoredAgreement[],
  cause: TellCause,
): SettledStep {
  const [before, after] = [emptyRecords(), emptyRecords()];
  const changes: PlaceChange[] = [];
  const merges: Merge[] = [];
  for (const each of steps) {
    const { placeCode, step, agreementIds: earlier, idOf } = each;
    const ownMerges = step.changes.flatMap(({ agency, survivor }) =>
      survivor === undefined ? [] : [{ merged: idOf(agency), survivor: idOf(survivor.key) }],
    );
    const names = new Map([...each.before.names].map(([name, { agency }]) => [name, idOf(agency)]));
    const own = new Set([...each.before.agencies.keys(), ...step.state.agencies.keys()].map(idOf));
    const elsewhere = stored.filter(
      ({ placeCode: where, derived, agencyId }) => where !== placeCode || (derived && !own.has(agencyId)),
    );
    const ids = settleAgreements(
      agreementPlaces(step.state),
      stored,
      idOf,
      formerAgencies(step.state, names, ownMerges, idOf),
      new Set(elsewhere.map(({ id }) => id)),
    );
    addRecords(before, placeCode, each.before, idOf, earlier);
    addRecords(after, placeCode, step.state, idOf, ids);
    const moved = new Map(step.moves.map(({ from, to }) => [placeKey(from), to]));
    const idAt = (place: AgreementPlace): string => {
      const end = follow(moved, place);
      const settled = end === null ? undefined : ids.get(placeKey(end));
      return settled ?? earlier.get(placeKey(place)) ?? agreementId(idOf(place.agency), place.model, place.ordinal);
    };
    changes.push(...step.changes.map((change) => placeChangeOf(placeCode, change, idOf, idAt)));
    merges.push(...ownMerges);
  }
  const told = tellToday(
    { before, after, merges },
    changes.map((change) => draftEvent(change, cause, false)),
    cause,
    () => true,
    () => true,
  );
  const occurrences: Occurrences = new Map();
  const number = (draft: EventDraft): EventRecord => numberEvent(draft, occurrences);
  const events = told.events.map(number);
  return { before, after, merges, changes, events, rest: told.rest.map(number) };
}
