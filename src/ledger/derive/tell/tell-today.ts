/**
 * Live or history. Live is what changes today, and every live event carries what stands after it; history is what does
 * not. Whoever has what a query answered and replaces by id from live events alone has what a query answers then: so
 * what changes without an event of its own is told by a correction. Pure.
 */
import type { EventKind } from '../../../../schema/enums.ts';
import type { EventStanding } from '../../../../schema/tables/events.ts';
import { type Cause, draftEvent, type EventDraft, noOtherSide } from '../settle/event-records.ts';
import {
  agencyStandingOf,
  changedAgreements,
  changesBetween,
  DERIVED_AGAIN,
  renamedAgencies,
  type Standings,
  standingOf,
} from './standing.ts';

/** What gives an agreement its status; a link that was posted or a date that was corrected long ago is no news. */
export const statusKinds: ReadonlySet<EventKind> = new Set([
  ...(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED', 'AGREEMENT_RESTORED'] as const),
  ...(['AGREEMENT_SUPERSEDED', 'PENDING_ADDED', 'PENDING_DROPPED'] as const),
]);

/** Why something changes, where no list did it by itself. */
export type TellCause = Cause & { occurredAt: string };

export interface Transition {
  before: Standings;
  after: Standings;
  /** Agencies that others answer for from now on. */
  merges: readonly { merged: string; survivor: string }[];
}

export interface Told {
  /** The events given, each live or history, in their order. */
  events: EventDraft[];
  /** What stands otherwise without an event of its own, by an event each. */
  rest: EventDraft[];
  /** Agreements that stand otherwise today. */
  changed: number;
}

/**
 * Which of the events are live. `isNews` says that an event is, whatever stands: it is of the newest list. `isLastTurn`
 * answers for an event that gives an agreement its status: none of those that hold comes after it.
 */
export function tellToday(
  transition: Transition,
  events: readonly EventDraft[],
  cause: TellCause,
  isNews: (event: EventDraft) => boolean,
  isLastTurn: (event: EventDraft) => boolean,
): Told {
  const { before, after } = transition;
  const changed = new Set(changedAgreements(before, after));
  const renamed = new Set(renamedAgencies(before, after));
  const live = new Set(events.filter((event) => isNews(event) || changesToday(event)));
  const covered = new Set([...live].map(({ subjectId }) => subjectId));
  const rest: EventDraft[] = [];
  for (const id of changed) {
    if (covered.has(id)) continue;
    // What was believed and is no agreement of its own any more is told by the retraction of what made it one.
    const last = standingOf(after, id) === null ? events.findLast((event) => isRetractionOf(event, id)) : undefined;
    if (last === undefined) rest.push(correction(transition, id, cause));
    else live.add(last);
  }
  for (const id of renamed) if (!covered.has(id)) rest.push(renaming(transition, id, cause));
  const tell = (event: EventDraft, isLive: boolean): EventDraft =>
    isLive ? { ...event, backfill: false, ...sides(transition, event) } : { ...event, backfill: true };
  return {
    events: events.map((event) => tell(event, live.has(event))),
    rest: rest.map((event) => tell(event, true)),
    changed: changed.size,
  };

  function changesToday(event: EventDraft): boolean {
    const { agreementId, kind } = event;
    if (agreementId == null) return changesAgency(event);
    if (!changed.has(agreementId)) return false;
    const [was, is] = [standingOf(before, agreementId), standingOf(after, agreementId)];
    // In force before and after: its past is told otherwise, and that is history.
    const isInForce = was?.status === 'ACTIVE' && is?.status === 'ACTIVE';
    if (kind === 'EVENT_RETRACTED') return !event.backfill && !isInForce;
    if (statusKinds.has(kind)) return !isInForce && was?.status !== is?.status && isLastTurn(event);
    return saysWhatStands(event, was, is);
  }

  function changesAgency({ kind, agencyId, payload }: EventDraft): boolean {
    if (agencyId == null) return false;
    const [was, is] = [before.agencies.get(agencyId), after.agencies.get(agencyId)];
    if (kind === 'AGENCY_RENAMED') return renamed.has(agencyId) && payload.changes?.at(-1)?.after === is?.name;
    return (was === undefined) !== (is === undefined);
  }
}

const isRetractionOf = ({ kind, agreementId }: EventDraft, id: string): boolean =>
  kind === 'EVENT_RETRACTED' && agreementId === id;

/** A correction, or a memorandum, that made what stands today what it is. */
function saysWhatStands({ kind, payload }: EventDraft, was: EventStanding | null, is: EventStanding | null): boolean {
  if (was === null || is === null || was.status !== is.status || was.agencyId !== is.agencyId) return false;
  if (kind === 'MEMORANDUM_POSTED') return was.memorandumUrl !== is.memorandumUrl && payload.url === is.memorandumUrl;
  const value = (standing: EventStanding, field: string): string | null =>
    field === 'signedOn' ? standing.signedOn : standing.memorandumUrl;
  return (payload.changes ?? []).some(
    ({ field, after }) => value(was, field) !== value(is, field) && value(is, field) === after,
  );
}

/** What stands after the event, and the other side of a merge or a move. */
function sides(transition: Transition, event: EventDraft): Partial<EventDraft> {
  const { before, after, merges } = transition;
  const { agreementId, agencyId } = event;
  if (agencyId == null) return {};
  if (agreementId == null) {
    const is = agencyStandingOf(after, agencyId);
    const was = agencyStandingOf(before, agencyId);
    const survivor = merges.find(({ merged }) => merged === agencyId)?.survivor;
    return { standing: is ?? (was && { ...was, gone: true }), ...otherSide(transition, survivor) };
  }
  const [was, is] = [standingOf(before, agreementId), standingOf(after, agreementId)];
  const standing = is ?? (was === null ? null : { ...was, gone: true });
  const survivor = merges.find(({ merged }) => merged === (was?.agencyId ?? agencyId))?.survivor;
  const other = [was?.agencyId, is?.agencyId, survivor].find((id) => id !== undefined && id !== agencyId);
  return { standing, ...otherSide(transition, other) };
}

function otherSide({ before, after }: Transition, agencyId: string | undefined): Partial<EventDraft> {
  const agency = agencyId === undefined ? undefined : (after.agencies.get(agencyId) ?? before.agencies.get(agencyId));
  if (!agency) return noOtherSide;
  return {
    ...{ otherAgencyId: agency.id, otherPlaceCode: agency.placeCode },
    ...{ otherAgencyType: agency.type ?? null, otherCountyFips: agency.countyFips ?? null },
  };
}

/** What an agreement is today, where no event that is appended says it. */
function correction({ before, after, merges }: Transition, id: string, cause: TellCause): EventDraft {
  const [was, is] = [standingOf(before, id), standingOf(after, id)];
  const { model, agencyId, ordinal } = after.agreements.get(id) ?? before.agreements.get(id) ?? unknown(id);
  const agency = after.agencies.get(agencyId) ?? before.agencies.get(agencyId) ?? unknown(id);
  const survivor = merges.find(({ merged }) => merged === agencyId)?.survivor;
  const heir = is === null && survivor !== undefined ? after.agencies.get(survivor) : undefined;
  const moved = heir && [{ field: 'agency', before: agency.name, after: heir.name, rule: DERIVED_AGAIN }];
  return draftEvent(
    {
      ...{ placeCode: agency.placeCode, agencyId, agreementId: id, successorId: null },
      change: {
        ...{ kind: 'AGREEMENT_CORRECTED', agency: agency.key, model, ordinal, provisional: false },
        ...{ occurredAt: cause.occurredAt, changes: moved ?? changesBetween(was, is) },
        recorded: {
          ...{ agencyName: agency.name, agencyType: agency.type ?? null, countyFips: agency.countyFips ?? null },
          signedOn: is?.signedOn ?? was?.signedOn ?? null,
        },
      },
    },
    cause,
    false,
  );
}

function renaming({ before, after }: Transition, id: string, cause: TellCause): EventDraft {
  const agency = after.agencies.get(id) ?? unknown(id);
  const earlier = before.agencies.get(id) ?? unknown(id);
  return draftEvent(
    {
      ...{ placeCode: agency.placeCode, agencyId: id, agreementId: null, successorId: null },
      change: {
        ...{ kind: 'AGENCY_RENAMED', agency: agency.key, model: null, ordinal: null, provisional: false },
        ...{ occurredAt: cause.occurredAt },
        changes: [{ field: 'name', before: earlier.name, after: agency.name, rule: DERIVED_AGAIN }],
        recorded: {
          ...{ agencyName: earlier.name, agencyType: agency.type ?? null, countyFips: agency.countyFips ?? null },
          signedOn: null,
        },
      },
    },
    cause,
    false,
  );
}

/** What differs between two sets of records stands in one of them. */
function unknown(id: string): never {
  throw new Error(`nothing is known of ${id}`);
}
