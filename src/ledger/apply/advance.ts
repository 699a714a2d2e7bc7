/** The newest list on the stored state: one step of `derive`, for what the list touches, a few places at a time. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { EventKind } from '../../../schema/enums.ts';
import { agencies, agencyNames } from '../../../schema/tables/agencies.ts';
import { agreements } from '../../../schema/tables/agreements.ts';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { rowIssues, snapshotRows, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../database/database.ts';
import { appendEvents, type LockedLedger } from '../../feed/log/event-log.ts';
import { derive } from '../derive/derive.ts';
import { countChanges, noCounts, type PlaceCounts } from '../derive/guard/count-changes.ts';
import type { NameDecision } from '../derive/names/identity-links.ts';
import { identityLinks } from '../derive/names/identity-links.ts';
import type { PlaceState, Question, Step } from '../derive/place-state.ts';
import { agencyIdsFor, freeAgencyId, type Merge } from '../derive/settle/settle-ids.ts';
import { agenciesOf, type PlaceStep, settleSteps } from '../derive/settle/settle-step.ts';
import { asHistory } from '../derive/tell/tell-in-sum.ts';
import { historyUpTo, type Publication, predecessor } from './lists/publication.ts';
import { settleWithFreeIds } from './places/free-ids.ts';
import {
  agencyIdsInUse,
  formerAgencyIds,
  loadPlaces,
  loadRows,
  type Slice,
  storedAgreements,
} from './places/load-places.ts';
import { findTouched, linkedNames, type TouchedPlace } from './places/touched.ts';
import { writePlaces } from './places/write-places.ts';
import { type Rederived, tellInSum } from './rederive.ts';
import { unreadableIn, unreadableRows } from './rows/unreadable-rows.ts';

export interface Advanced {
  locked: LockedLedger;
  /** How many of each kind; the events themselves are written and forgotten, however many they are. */
  events: Partial<Record<EventKind, number>>;
  /** By place: what the guard judges. */
  counts: Map<string, PlaceCounts>;
  questions: { placeCode: string; question: Question }[];
}

export interface AdvanceOptions {
  /** Why it is told in sum; null: it is news. */
  history: string | null;
  /** Bounds memory, whatever the size of the list. */
  namesAtOnce: number;
  /** What was in force before the list, by place; null: it is compared with nothing. */
  counts: Map<string, PlaceCounts> | null;
  /** The places that were derived with it already, since it moved agreements between them, or parted agencies. */
  moved: Pick<Rederived, 'places' | 'events' | 'counts'> | null;
}

/** Applies a list that no accepted list follows. */
export async function advance(
  tx: Transaction,
  locked: LockedLedger,
  list: Publication,
  lists: readonly Publication[],
  decisions: readonly NameDecision[],
  { history, namesAtOnce, counts: compared, moved }: AdvanceOptions,
): Promise<Advanced> {
  const counts = compared ?? new Map<string, PlaceCounts>();
  const touched = await findTouched(tx, list, predecessor(lists, list), decisions, namesAtOnce);
  const apart = touched.places.filter(({ placeCode }) => moved?.places.includes(placeCode) !== true);
  const unreadable = await unreadableRows(tx, list.number);
  const outcome: Advanced = { locked, events: {}, counts, questions: [] };
  const append = async (records: readonly EventRecord[]): Promise<void> => {
    const events = history === null ? records : asHistory(records);
    outcome.locked = await appendEvents(tx, outcome.locked, events);
    for (const { kind } of events) outcome.events[kind] = (outcome.events[kind] ?? 0) + 1;
  };
  await append(moved?.events ?? []);
  if (compared !== null) addCounts(compared, moved?.counts ?? new Map());
  const publications = historyUpTo(lists, list);
  const cause = { kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number, occurredAt: list.publishedAt } as const;
  for (const { places, slice } of rounds(apart, decisions, namesAtOnce)) {
    const loaded = await loadPlaces(tx, places, 'TOUCHED');
    const rows = await loadRows(tx, touched.rows, places, slice);
    const derived: { placeCode: string; before: PlaceState; step: Step }[] = [];
    for (const placeCode of places) {
      const before = loaded.states.get(placeCode);
      if (!before) continue;
      const { kind, publishedAt } = list;
      const own = { rows: rows.get(placeCode) ?? [], unreadable: unreadableIn(placeCode, unreadable) };
      const placeList = { kind, publishedAt, history: publications, ...own };
      const step = derive(before, placeList, identityLinks(placeCode, decisions));
      derived.push({ placeCode, before, step });
      outcome.questions.push(...step.questions.map((question) => ({ placeCode, question })));
    }
    const newKeys = derived.flatMap(({ placeCode, step }) =>
      [...step.state.agencies.keys()].flatMap((key) =>
        loaded.agencyIds.has(`${placeCode}\n${key}`) ? [] : [{ placeCode, key }],
      ),
    );
    const taken = await agencyIdsInUse(
      tx,
      newKeys.flatMap(({ placeCode, key }) => agencyIdsFor(placeCode, key)),
    );
    const steps = derived.map(
      ({ placeCode, before, step }): PlaceStep => ({
        ...{ placeCode, before, step, agreementIds: loaded.agreementIds.get(placeCode) ?? new Map() },
        idOf: (key) =>
          loaded.agencyIds.get(`${placeCode}\n${key}`) ?? freeAgencyId(placeCode, key, (id) => taken.has(id)),
      }),
    );
    const known = await storedAgreements(tx, { agencyIds: agenciesOf(steps) });
    const settled = await settleWithFreeIds(tx, known, (elsewhere) =>
      settleSteps(steps, [...known, ...elsewhere], cause),
    );
    const answered = await answerForFormer(tx, steps);
    await writePlaces(tx, settled.before, settled.after, [...settled.merges, ...answered]);
    if (compared !== null) countChanges(counts, settled.before, settled.after, true);
    await append(history === null ? [...settled.events, ...settled.rest] : settled.events);
  }
  const appended = Number(outcome.locked.lastSequence - locked.lastSequence);
  if (history !== null && appended > 0) {
    outcome.locked = tellInSum(outcome.locked, cause, { lists: 1, events: appended, reason: history });
  }
  return outcome;
}

/** An agency that was none any more, and of which a list prints the name for another one: that one answers for it. */
async function answerForFormer(tx: Transaction, steps: readonly PlaceStep[]): Promise<Merge[]> {
  const merges = steps.flatMap(({ placeCode, before, step, idOf }) =>
    [...step.state.names].flatMap(([name, { agency }]) =>
      before.names.has(name) || name === agency
        ? []
        : agencyIdsFor(placeCode, name).map((merged) => ({ merged, survivor: idOf(agency) })),
    ),
  );
  if (merges.length === 0) return [];
  const former = await formerAgencyIds(
    tx,
    merges.map(({ merged }) => merged),
  );
  return merges.filter(({ merged, survivor }) => merged !== survivor && former.has(merged));
}

interface Round {
  places: string[];
  /** Of its only place. */
  slice: Slice | null;
}

/**
 * Small places together, large ones alone. One with nothing but new names is cut up, which only a ledger's first list
 * of many rows needs: what ties names to each other is a vanished name, or a link, and linked names stay together.
 */
function rounds(touched: readonly TouchedPlace[], decisions: readonly NameDecision[], namesAtOnce: number): Round[] {
  const result: Round[] = [];
  let names = namesAtOnce;
  for (const { placeCode, rows, allNew } of touched) {
    if (allNew && rows > namesAtOnce) {
      result.push(...cutUp(placeCode, Math.ceil(rows / namesAtOnce), decisions));
      names = namesAtOnce;
      continue;
    }
    const current = result.at(-1);
    if (current && names + rows <= namesAtOnce) current.places.push(placeCode);
    else {
      result.push({ places: [placeCode], slice: null });
      names = 0;
    }
    names += rows;
  }
  return result;
}

function cutUp(placeCode: string, of: number, decisions: readonly NameDecision[]): Round[] {
  const together = linkedNames(decisions).flatMap(([place, ...names]) => (place === placeCode ? names : []));
  return Array.from({ length: of }, (_, index) => ({ places: [placeCode], slice: { index, of, together } }));
}

/** What changed in places that were derived again, beside what was in force in them before. */
export function addCounts(counts: Map<string, PlaceCounts>, changed: ReadonlyMap<string, PlaceCounts>): void {
  for (const [code, each] of changed) counts.set(code, { ...each, listed: counts.get(code)?.listed ?? 0 });
}

/** Agreements in force by place: what the guard compares with. */
export async function listedByPlace(tx: Transaction): Promise<Map<string, PlaceCounts>> {
  const rows = await tx
    .select({ placeCode: agreements.placeCode, listed: sql<number>`count(*)::int` })
    .from(agreements)
    .where(and(eq(agreements.status, 'ACTIVE'), eq(agreements.derived, true), isNull(agreements.mergedInto)))
    .groupBy(agreements.placeCode);
  return new Map(rows.map(({ placeCode, listed }) => [placeCode, { ...noCounts(), listed }]));
}

/** One key twice on the sheet: an issue on every row but the one that the ledger took. */
export async function reportRepeated(tx: Transaction, list: Publication, issuesBefore: number): Promise<number> {
  const result = await tx.execute(sql`
    with printed as materialized (
      select printed.row_number, row.place_code, row.name_key, row.agency_name, row.model, row.signed_on,
        row.memorandum_url
      from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = ${list.number}::int and row.model is not null
    ), shown as (
      select printed.*, name.agency_id, count(*) over (partition by name.agency_id, printed.model) as times
      from printed
      join ${agencyNames} name on name.place_code = printed.place_code and name.name_key = printed.name_key
    ), repeated as (
      select row_number, agency_name, agency_id,
        first_value(row_number) over same as taken, count(*) over same as place_in_order
      from shown where times > 1
      window same as (partition by agency_id, model
        order by signed_on desc nulls last, memorandum_url nulls last, row_number
        rows between unbounded preceding and current row)
    )
    insert into ${rowIssues} (snapshot_number, ordinal, row_number, column_name, code, printed, reason)
    select ${list.number}::int, ${issuesBefore}::int + row_number() over (order by repeated.row_number),
      repeated.row_number, 'LAW ENFORCEMENT AGENCY', 'REPEATED_AGREEMENT', repeated.agency_name,
      'Row ' || repeated.taken || ' names the same agency and model (' || agency.name || '); both count as one agreement.'
    from repeated join ${agencies} agency on agency.id = repeated.agency_id
    where repeated.place_in_order > 1`);
  return affected(result);
}

/** SIGNED one year before what is likely of what the list is the first to show: an issue, where intake raised none. */
export async function reportUnlikely(tx: Transaction, list: Publication, issuesBefore: number): Promise<number> {
  const result = await tx.execute(sql`insert into ${rowIssues}
      (snapshot_number, ordinal, row_number, column_name, code, printed, reason)
    select ${list.number}::int, ${issuesBefore}::int + row_number() over (order by printed.row_number),
      printed.row_number, 'SIGNED', 'UNLIKELY_DATE', row.signed_printed,
      'One year later is shortly before the agreement was first listed; likely '
        || (row.signed_on + interval '1 year')::date || '. It is kept as printed.'
    from snapshot_rows printed
    join source_rows row on row.id = printed.source_row_id
    join agency_names name on name.place_code = row.place_code and name.name_key = row.name_key
    join ${agreements} agreement on agreement.agency_id = name.agency_id and agreement.model = row.model
      and agreement.derived and agreement.merged_into is null
    where printed.snapshot_number = ${list.number}::int and agreement.signed_unlikely
      and agreement.signed_on = row.signed_on and agreement.first_listed_at = ${list.publishedAt}::timestamptz
      and not exists (select 1 from ${rowIssues} known where known.snapshot_number = ${list.number}::int
        and known.row_number = printed.row_number and known.code = 'UNLIKELY_DATE')`);
  return affected(result);
}

/** Rows that a statement wrote: postgres.js says `count`, PGlite `affectedRows`. */
function affected(result: unknown): number {
  const said = result as { count?: number; affectedRows?: number };
  return said.affectedRows ?? said.count ?? 0;
}
