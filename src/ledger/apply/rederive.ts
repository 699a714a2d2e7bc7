/**
 * Everything again from the stored rows, and only the difference written: for a late list, a decision, a raised rules
 * version. Events of the past are appended as history; what differs today is told live.
 */
import { eq, sql } from 'drizzle-orm';
import type { AgreementStatus, EventKind } from '../../../schema/enums.ts';
import { agencies, agencyNames } from '../../../schema/tables/agencies.ts';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { ledgerEvents } from '../../../schema/tables/events.ts';
import type { Transaction } from '../../database/database.ts';
import { selectRecords } from '../../database/records.ts';
import { appendEvents, type LockedLedger } from '../../feed/event-log.ts';
import { type Cause, draftEvent, type EventDraft, type PlaceChange } from '../derive/event-records.ts';
import { noCounts, type PlaceCounts } from '../derive/guard.ts';
import { identityLinks, type NameDecision } from '../derive/identity-links.ts';
import { agreementId } from '../derive/ids.ts';
import { addRecords, emptyRecords, type PlaceRecords } from '../derive/place-records.ts';
import type { Change, Question } from '../derive/place-state.ts';
import { type SettledIds, type StoredAgency, settleIds } from '../derive/settle-ids.ts';
import { type LoggedEvent, settleLog } from '../derive/settle-log.ts';
import { count } from './advance.ts';
import { loadPlaces } from './load-places.ts';
import type { Publication } from './publication.ts';
import { loadHistory, type Replayed, replay } from './replay.ts';
import { raiseQuestions, settleQuestions } from './review-items.ts';
import { writePlaces } from './write-places.ts';

/** Why everything is derived again. */
export interface Trigger extends Cause {
  occurredAt: string;
  /** For people: why an event was retracted. */
  reason: string;
  /** The lists that arrived, or the one that was released. */
  lists: readonly Publication[];
  /** Their own events are live: there is one, the newest of its kind, and not the first. */
  live: boolean;
  /** Nothing that this appends is live. */
  backfill: boolean;
}

export interface Rederived {
  /** In the order in which they are to be appended. */
  events: EventRecord[];
  /** What the guard judges of each list that arrived: by its number, then by place. */
  counts: Map<number, Map<string, PlaceCounts>>;
  questions: { placeCode: string; question: Question }[];
  changed: boolean;
}

/** Derives places again and appends what that changes. The caller writes the counters. */
export async function rederiveAndAppend(
  tx: Transaction,
  locked: LockedLedger,
  placeCodes: readonly string[],
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  trigger: Trigger,
): Promise<Rederived & { locked: LockedLedger }> {
  const outcome = await rederive(tx, placeCodes, lists, decisions, trigger);
  await raiseQuestions(tx, outcome.questions, locked.now);
  await settleQuestions(tx, placeCodes, outcome.questions);
  return { ...outcome, locked: await appendEvents(tx, locked, outcome.events) };
}

/** Derives these places again. The caller appends the events. */
export async function rederive(
  tx: Transaction,
  placeCodes: readonly string[],
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  trigger: Trigger,
): Promise<Rederived> {
  const counts = new Map(trigger.lists.map(({ number }) => [number, new Map<string, PlaceCounts>()]));
  const outcome: Rederived = { events: [], counts, questions: [], changed: false };
  for (const placeCode of placeCodes) {
    const replayed = replay(await loadHistory(tx, placeCode), lists, identityLinks(placeCode, decisions));
    const stored = await storedAgencies(tx, placeCode);
    const settled = settleIds(placeCode, replayed.state, stored.agencies, stored.names);
    const loaded = await loadPlaces(tx, [placeCode], 'ALL');
    const [before, after] = [emptyRecords(), emptyRecords()];
    const state = loaded.states.get(placeCode);
    if (state) addRecords(before, placeCode, state, (key) => loaded.agencyIds.get(`${placeCode}\n${key}`) ?? key);
    addRecords(after, placeCode, replayed.state, settled.idOf);
    const place: Place = { placeCode, replayed, settled, stored: stored.agencies, before, after };
    const drafts = draftAll(place, trigger);
    const logged = await loggedEvents(tx, placeCode);
    const { append } = settleLog(logged, drafts, trigger, (event) => holds(event, place));
    outcome.changed = (await writePlaces(tx, before, after, settled.merges)) || outcome.changed || append.length > 0;
    outcome.events.push(...append);
    outcome.questions.push(...replayed.questions.map((question) => ({ placeCode, question })));
    countPlace(counts, place);
  }
  outcome.events.sort(byTime);
  return outcome;
}

interface Place {
  placeCode: string;
  replayed: Replayed;
  settled: SettledIds;
  stored: readonly StoredAgency[];
  before: PlaceRecords;
  after: PlaceRecords;
}

/** Retractions first, then by time; the order within a place and an instant stays. */
function byTime(left: EventRecord, right: EventRecord): number {
  const first = Number(right.kind === 'EVENT_RETRACTED') - Number(left.kind === 'EVENT_RETRACTED');
  return first || left.occurredAt.getTime() - right.occurredAt.getTime();
}

/** Every event that should stand in the log, with whether it would be news today. */
function draftAll(place: Place, trigger: Trigger): EventDraft[] {
  const { replayed, settled, placeCode } = place;
  const all = replayed.changes.map(({ list, change }): { list: Publication; placeChange: PlaceChange } => {
    const survivorId = change.survivor === undefined ? null : settled.idOf(change.survivor.key);
    return { list, placeChange: { placeCode, change, agencyId: settled.idOf(change.agency), survivorId } };
  });
  const turns = all.filter(({ placeChange }) => statusKinds.has(placeChange.change.kind));
  const lastTurn = new Map(turns.map(({ placeChange }) => [subjectOf(placeChange), placeChange]));
  const drafts = all.map(({ list, placeChange }) => {
    const cause = { kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number } as const;
    const own = trigger.lists.some(({ number }) => number === list.number);
    const subject = subjectOf(placeChange);
    const news = lastTurn.get(subject) === placeChange && standsOtherwise(place, subject);
    return draftEvent(placeChange, cause, trigger.backfill || !(own ? trigger.live : news));
  });
  return [...drafts, ...draftIdentity(place, drafts, trigger)];
}

/** What gives an agreement its status; a link that was posted or a date that was corrected long ago is no news. */
const statusKinds: ReadonlySet<EventKind> = new Set([
  ...(['AGREEMENT_ADDED', 'AGREEMENT_UNLISTED', 'AGREEMENT_ENDED', 'AGREEMENT_RESTORED'] as const),
  ...(['AGREEMENT_SUPERSEDED', 'PENDING_ADDED', 'PENDING_DROPPED'] as const),
]);

const subjectOf = ({ agencyId, change: { model, ordinal } }: PlaceChange): string =>
  model === null || ordinal === null ? agencyId : agreementId(agencyId, model, ordinal);

/** News: another status than before. That something nobody heard of is over already is none. */
function standsOtherwise(place: Place, subject: string): boolean {
  const [was, now] = [statusBefore(place, subject), place.after.agreements.get(subject)?.status];
  return was === undefined ? now === 'ACTIVE' || now === 'PENDING' : was !== now;
}

/** Its own, or that of the agreement which a merged agency brings along under another id. */
function statusBefore({ before, after, settled }: Place, subject: string): AgreementStatus | undefined {
  const own = before.agreements.get(subject);
  if (own) return own.status;
  const agreement = after.agreements.get(subject);
  const merged = new Set(settled.merges.flatMap((each) => (each.survivor === agreement?.agencyId ? each.merged : [])));
  const brought = [...before.agreements.values()].filter(
    ({ agencyId, model }) => merged.has(agencyId) && model === agreement?.model,
  );
  return brought.find(({ status }) => status === agreement?.status)?.status ?? brought.at(-1)?.status;
}

/** Agencies that this re-derivation itself renamed or merged, where no list did. */
function draftIdentity(place: Place, drafts: readonly EventDraft[], trigger: Trigger): EventDraft[] {
  const { placeCode, settled, stored, after } = place;
  const told = new Set(
    drafts.filter(({ kind }) => kind.startsWith('AGENCY_')).map(({ kind, subjectId }) => kind + subjectId),
  );
  const draft = (
    agency: StoredAgency,
    change: Pick<Change, 'kind' | 'changes' | 'survivor'>,
    survivorId: string | null,
  ) =>
    draftEvent(
      {
        ...{ placeCode, agencyId: agency.id, survivorId },
        change: {
          ...{ ...change, agency: agency.key, model: null, ordinal: null, provisional: false },
          ...{ occurredAt: trigger.occurredAt },
          recorded: { agencyName: agency.name, agencyType: null, countyFips: null, signedOn: null },
        },
      },
      trigger,
      trigger.backfill || (trigger.lists.length > 0 && !trigger.live),
    );
  const merged = settled.merges.flatMap(({ merged: id, survivor }) => {
    const agency = stored.find((each) => each.id === id);
    if (!agency || agency.mergedInto === survivor || told.has(`AGENCY_MERGED${id}`)) return [];
    const heir = after.agencies.get(survivor);
    return [draft(agency, { kind: 'AGENCY_MERGED', ...(heir ? { survivor: heir } : {}) }, survivor)];
  });
  const renamed = stored.flatMap((agency) => {
    const now = after.agencies.get(agency.id);
    if (!now || !agency.derived || now.name === agency.name || told.has(`AGENCY_RENAMED${agency.id}`)) return [];
    const changes = [{ field: 'name', before: agency.name, after: now.name, rule: trigger.kind }];
    return [draft(agency, { kind: 'AGENCY_RENAMED', changes }, null)];
  });
  return [...merged, ...renamed];
}

/** What no list yields stays: a renaming was true when it was told, a merge while it lasts. */
function holds({ kind, subjectId }: LoggedEvent, { settled }: Place): boolean {
  if (kind === 'AGENCY_RENAMED') return true;
  return kind === 'AGENCY_MERGED' && settled.merges.some(({ merged }) => merged === subjectId);
}

function countPlace(counts: Rederived['counts'], { placeCode, replayed }: Place): void {
  for (const [number, places] of counts) {
    places.set(placeCode, { ...noCounts(), listed: replayed.listedBefore.get(number) ?? 0 });
  }
  for (const { list, change } of replayed.changes) {
    const places = counts.get(list.number);
    if (places) count(places, [{ placeCode, change, agencyId: '', survivorId: null }]);
  }
}

async function storedAgencies(
  tx: Transaction,
  placeCode: string,
): Promise<{ agencies: StoredAgency[]; names: Map<string, string> }> {
  const { id, key, name, mergedInto, derived } = agencies;
  const rows = await tx
    .select({ id, key, name, mergedInto, derived })
    .from(agencies)
    .where(eq(agencies.placeCode, placeCode));
  const names = await tx
    .select({ nameKey: agencyNames.nameKey, agencyId: agencyNames.agencyId })
    .from(agencyNames)
    .where(eq(agencyNames.placeCode, placeCode));
  return { agencies: rows, names: new Map(names.map(({ nameKey, agencyId }) => [nameKey, agencyId])) };
}

const loggedEvents = (tx: Transaction, placeCode: string): Promise<LoggedEvent[]> =>
  selectRecords(
    tx,
    sql`select event.id, event.kind, event.cause_kind as "causeKind", event.cause_id as "causeId",
      event.subject_id as "subjectId", event.ordinal, event.backfill, event.provisional,
      event.snapshot_number as "snapshotNumber", event.agreement_id as "agreementId", event.agency_id as "agencyId",
      event.place_code as "placeCode", event.model, event.agency_type as "agencyType",
      event.county_fips as "countyFips", event.summary, event.payload,
      exists (select 1 from ${ledgerEvents} later where later.retracts = event.id) as retracted
      from ${ledgerEvents} event where event.place_code = ${placeCode} order by event.sequence`,
  );
