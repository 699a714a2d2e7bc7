/**
 * Everything again from the stored rows, and only the difference written: for a late list, a decision, a raised rules
 * version. What changes today is told live; what is told in sum, and all that is past, is history.
 */
import { type SQL, sql } from 'drizzle-orm';
import { agencies, agencyNames } from '../../../schema/tables/agencies.ts';
import { agreements } from '../../../schema/tables/agreements.ts';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { ledgerEvents } from '../../../schema/tables/events.ts';
import type { Transaction } from '../../database/database.ts';
import { isoInstant, selectSeveral } from '../../database/records.ts';
import { appendEvents, type LockedLedger } from '../../feed/log/event-log.ts';
import { countChanges, type PlaceCounts } from '../derive/guard/count-changes.ts';
import { identityLinks, type NameDecision } from '../derive/names/identity-links.ts';
import type { Question } from '../derive/place-state.ts';
import type { Cause } from '../derive/settle/event-records.ts';
import type { StoredPlace } from '../derive/settle/place-part.ts';
import type { StoredAgreement } from '../derive/settle/settle-agreements.ts';
import type { StoredAgency } from '../derive/settle/settle-ids.ts';
import type { LoggedEvent } from '../derive/settle/settle-log.ts';
import type { MovedName } from '../derive/settle/settle-moves.ts';
import { settlePlaces } from '../derive/settle/settle-place.ts';
import { asHistory, historyChanged, joinSums, type Sum } from '../derive/tell/tell-in-sum.ts';
import type { Publication } from './lists/publication.ts';
import { settleWithFreeIds } from './places/free-ids.ts';
import { agreementsWhere, loadPlaces } from './places/load-places.ts';
import { mergedAcross, movedNames, placeRows, tiedPlaces } from './places/place-rows.ts';
import { writePlaces } from './places/write-places.ts';
import { loadHistory, type Replayed, replay } from './replay.ts';
import { raiseQuestions, settleQuestions } from './review-items.ts';
import { settleUnread } from './rows/unread-items.ts';
import { unreadableHistory } from './rows/unreadable-rows.ts';

/** Why everything is derived again. */
export interface Trigger extends Cause {
  occurredAt: string;
  /** For people: why an event was retracted. */
  reason: string;
  /** The lists that arrived, or the one that was released. */
  lists: readonly Publication[];
  /** Why it is told in sum, for people; null: what changes today is told live. */
  history: string | null;
  /** Told in sum as well where more agreements than this change today. */
  mostChanged?: number;
  /** The lists may yet be held: what their unreadable rows ask is asked by the caller, once they are not. */
  judgedAfter?: boolean;
}

export interface Rederived {
  /** In the order in which they are to be appended. */
  events: EventRecord[];
  /** What the guard judges of the lists that arrived together: what they change today, by place. */
  counts: Map<string, PlaceCounts>;
  questions: { placeCode: string; question: Question }[];
  changed: boolean;
  /** What of it is told in sum; null: nothing. */
  sum: Sum | null;
  /** Those asked for, and those that moved agreements tie to them. */
  places: readonly string[];
}

/** Places rows anew, derives places again, and appends what that changes. The caller writes the counters. */
export async function rederiveAndAppend(
  tx: Transaction,
  locked: LockedLedger,
  placeCodes: readonly string[],
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  trigger: Trigger,
): Promise<Rederived & { locked: LockedLedger }> {
  const moved = await placeRows(tx, lists);
  const outcome = await rederive(tx, placeCodes, lists, decisions, trigger, moved);
  await askAgain(tx, outcome, locked.now);
  if (trigger.judgedAfter !== true) await settleUnread(tx, lists, decisions, locked.now);
  return { ...outcome, locked: tellInSum(await appendEvents(tx, locked, outcome.events), trigger, outcome.sum) };
}

/** Adds it to what the transaction tells in sum, which `commitRevision` appends. */
export function tellInSum(locked: LockedLedger, cause: Cause & { occurredAt: string }, sum: Sum | null): LockedLedger {
  if (sum === null) return locked;
  const ordinal = Number(locked.revision + 1n);
  return { ...locked, sum: joinSums(locked.sum, historyChanged(cause, ordinal, sum)) };
}

/** Raises the questions of places that were derived again. */
export async function askAgain(tx: Transaction, { places, questions }: Rederived, now: string): Promise<void> {
  await raiseQuestions(tx, questions, now);
  await settleQuestions(tx, places, questions);
}

/** Derives these places again, and those of names that moved just now. The caller appends the events. */
export async function rederive(
  tx: Transaction,
  placeCodes: readonly string[],
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  trigger: Trigger,
  movedNow: readonly MovedName[] = [],
): Promise<Rederived> {
  const moved = [...(await movedNames(tx)), ...movedNow];
  const places = [...new Set([...placeCodes, ...movedNow.flatMap(({ from, to }) => [from, to])])];
  const groups = tiedPlaces(places, [...moved, ...(await mergedAcross(tx))]);
  const outcome: Rederived = {
    ...{ events: [], counts: new Map(), questions: [], changed: false, sum: null, places: groups.flat() },
  };
  const newest = new Set(trigger.lists.filter((list) => isNewest(list, lists)).map(({ number }) => number));
  const [told, rest]: [EventRecord[], EventRecord[]] = [[], []];
  let changedToday = 0;
  const unreadable = await unreadableHistory(tx);
  for (const group of groups) {
    const parts: { stored: StoredPlace; derived: Replayed }[] = [];
    for (const placeCode of group) {
      const derived = replay(await loadHistory(tx, placeCode, unreadable), lists, identityLinks(placeCode, decisions));
      parts.push({ stored: await loadStored(tx, placeCode), derived });
      outcome.questions.push(...derived.questions.map((question) => ({ placeCode, question })));
    }
    const known = parts.flatMap(({ stored }) => stored.agreements);
    const settled = await settleWithFreeIds(tx, known, (elsewhere) =>
      settlePlaces(parts, moved, { ...trigger, newest }, new Set(elsewhere.map(({ id }) => id))),
    );
    const written = await writePlaces(tx, settled.before, settled.after, settled.merges);
    outcome.changed = written || outcome.changed || settled.events.length > 0;
    told.push(...settled.events);
    rest.push(...settled.rest);
    changedToday += settled.changed;
    countChanges(outcome.counts, settled.before, settled.after, newest.size > 0);
  }
  const tooMany = changedToday > (trigger.mostChanged ?? Number.POSITIVE_INFINITY);
  const history = trigger.history ?? (tooMany ? `it changes ${changedToday} agreements today` : null);
  outcome.events = (history === null ? [...told, ...rest] : asHistory(told)).sort(byTime);
  if (history !== null && (outcome.events.length > 0 || changedToday > 0)) {
    outcome.sum = { lists: trigger.lists.length, events: outcome.events.length, reason: history };
  }
  return outcome;
}

const isNewest = (list: Publication, lists: readonly Publication[]): boolean =>
  lists.findLast(({ kind }) => kind === list.kind)?.number === list.number;

/** Retractions first, then by time; the order within a place and an instant stays. */
function byTime(left: EventRecord, right: EventRecord): number {
  const first = Number(right.kind === 'EVENT_RETRACTED') - Number(left.kind === 'EVENT_RETRACTED');
  return first || left.occurredAt.getTime() - right.occurredAt.getTime();
}

/** In two statements: what is read of each place is little, and a round trip costs more than most of it. */
async function loadStored(tx: Transaction, placeCode: string): Promise<StoredPlace> {
  const loaded = await loadPlaces(tx, [placeCode], 'ALL');
  const stored = await selectSeveral<{
    agencies: StoredAgency[];
    names: { nameKey: string; agencyId: string }[];
    agreements: StoredAgreement[];
    logged: (Omit<LoggedEvent, 'occurredAt'> & { occurredAt: string })[];
  }>(tx, {
    // What one act tells of several agencies has the same order in every ledger.
    agencies: sql`select id, key, name, merged_into as "mergedInto", derived
      from ${agencies} where place_code = ${placeCode} order by id`,
    names: sql`select name_key as "nameKey", agency_id as "agencyId"
      from ${agencyNames} where place_code = ${placeCode} order by name_key`,
    agreements: agreementsWhere(sql`agreement.place_code = ${placeCode}`),
    logged: loggedIn(placeCode),
  });
  const prefix = `${placeCode}\n`;
  return {
    placeCode,
    state: loaded.states.get(placeCode) ?? { agencies: new Map(), names: new Map() },
    agencyIds: new Map([...loaded.agencyIds].map(([key, id]) => [key.slice(prefix.length), id])),
    agreementIds: loaded.agreementIds.get(placeCode) ?? new Map(),
    agencies: stored.agencies,
    agreements: stored.agreements,
    names: new Map(stored.names.map(({ nameKey, agencyId }) => [nameKey, agencyId])),
    logged: stored.logged.map((event) => ({ ...event, occurredAt: new Date(isoInstant(event.occurredAt)) })),
  };
}

/** The events of what is in the place today, wherever it was when they happened. */
function loggedIn(placeCode: string): SQL {
  const columns = sql`event.sequence, event.id, event.kind, event.cause_kind as "causeKind",
    event.cause_id as "causeId", event.subject_id as "subjectId", event.ordinal, event.occurred_at as "occurredAt",
    event.backfill, event.provisional,
    event.snapshot_number as "snapshotNumber", event.agreement_id as "agreementId", event.agency_id as "agencyId",
    event.place_code as "placeCode", event.model, event.agency_type as "agencyType",
    event.county_fips as "countyFips", event.summary, event.payload,
    exists (select 1 from ${ledgerEvents} later where later.retracts = event.id) as retracted`;
  return sql`select ${columns} from ${ledgerEvents} event
      left join ${agreements} agreement on agreement.id = event.agreement_id
      where event.place_code = ${placeCode} and coalesce(agreement.place_code, event.place_code) = event.place_code
    union all select ${columns} from ${ledgerEvents} event
      join ${agreements} agreement on agreement.id = event.agreement_id
      where agreement.place_code = ${placeCode} and event.place_code <> agreement.place_code
    order by sequence`;
}
