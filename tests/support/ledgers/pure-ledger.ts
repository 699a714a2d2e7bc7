/**
 * A ledger of a few places without a database: what `ledger/apply` loads and writes, in maps. It takes lists at any place
 * in time and the decisions of persons, by the same pure code, and keeps what a watcher has who queried once and
 * replaced by id from live events alone.
 */
import type { SnapshotKind } from '../../../schema/enums.ts';
import type { EventRecord, EventStanding } from '../../../schema/tables/events.ts';
import { derive } from '../../../src/ledger/derive/derive.ts';
import { placesOfMovedRows } from '../../../src/ledger/derive/lists/moved-rows.ts';
import { identityLinks, type NameDecision } from '../../../src/ledger/derive/names/identity-links.ts';
import {
  type AgreementMove,
  type Change,
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type Step,
  type UnreadableRow,
} from '../../../src/ledger/derive/place-state.ts';
import type { DerivedPlace } from '../../../src/ledger/derive/settle/place-part.ts';
import { emptyRecords, type PlaceRecords } from '../../../src/ledger/derive/settle/place-records.ts';
import { placeKey, type StoredAgreement } from '../../../src/ledger/derive/settle/settle-agreements.ts';
import { freeAgencyId, type Merge, type StoredAgency } from '../../../src/ledger/derive/settle/settle-ids.ts';
import type { MovedName } from '../../../src/ledger/derive/settle/settle-moves.ts';
import { type SettledPlaces, settlePlaces } from '../../../src/ledger/derive/settle/settle-place.ts';
import { settleSteps } from '../../../src/ledger/derive/settle/settle-step.ts';
import { standingOf } from '../../../src/ledger/derive/tell/standing.ts';
import { asHistory, historyChanged, whyHistory } from '../../../src/ledger/derive/tell/tell-in-sum.ts';

export interface PureList {
  number: number;
  id: string;
  kind: SnapshotKind;
  publishedAt: string;
  rows: readonly PureRow[];
  unreadable: readonly UnreadableRow[];
}

/** A row that says its state; left out: Texas. */
export type PureRow = LedgerRow & { placeCode?: string };

const PLACES = ['OK', 'TX'] as const;
const statedPlace = ({ placeCode = 'TX' }: PureRow): string => placeCode;
const contentOf = (row: PureRow): string => JSON.stringify({ ...row, placeCode: statedPlace(row) });

interface Told extends EventRecord {
  retracted: boolean;
}

/** What a watcher holds: standings by id. */
export type Held = Map<string, EventStanding>;

export class PureLedger {
  readonly accepted: PureList[] = [];
  readonly withdrawn: PureList[] = [];
  decisions: NameDecision[] = [];
  states = new Map<string, PlaceState>(PLACES.map((code) => [code, emptyPlace()]));
  records: PlaceRecords = emptyRecords();
  readonly log: Told[] = [];
  /** By live events alone, but for what is told in sum. */
  readonly watched: Held = new Map();
  told = 0;
  readonly #agencies = new Map<string, StoredAgency & { placeCode: string }>();
  readonly #agreements = new Map<string, StoredAgreement & { placeCode: string }>();
  /** `TX\nname` → id. */
  #names = new Map<string, string>();
  /** Where rows are read that say another state, by their content. */
  #moved = new Map<string, string>();
  #acts = 0;

  /** A list that arrives, or that is released. */
  take(list: PureList): void {
    const why = whyHistory(list, this.accepted, undefined, false);
    const isNewest = this.accepted.every((other) => inOrder(other, list) < 0);
    this.accepted.push(list);
    this.accepted.sort(inOrder);
    const cause = { kind: 'SNAPSHOT', id: list.id, snapshotNumber: list.number, occurredAt: list.publishedAt } as const;
    if (isNewest) this.#advance(list, why, cause);
    else {
      const last = this.accepted.findLast(({ kind }) => kind === list.kind);
      this.#rederive(why, { ...cause, reason: 'a late list.', newest: new Set(last === list ? [list.number] : []) });
    }
  }

  /** A list that turns out never to have counted, or whose release is revoked. */
  withdraw(list: PureList): void {
    this.accepted.splice(this.accepted.indexOf(list), 1);
    this.withdrawn.push(list);
    this.#judge();
  }

  /** It counts after all: news or history, as a list that arrives. */
  restore(list: PureList): void {
    this.withdrawn.splice(this.withdrawn.indexOf(list), 1);
    const why = whyHistory(list, this.accepted, undefined, false);
    this.accepted.push(list);
    this.accepted.sort(inOrder);
    const last = this.accepted.findLast(({ kind }) => kind === list.kind);
    this.#judge(why, last === list ? [list.number] : []);
  }

  /** A list that was published at another time. */
  redate(list: PureList, publishedAt: string): void {
    list.publishedAt = publishedAt;
    this.accepted.sort(inOrder);
    this.#judge();
  }

  /** The rows of the lists are read otherwise. */
  readAgain(read: (list: PureList) => PureList): void {
    this.accepted.splice(0, this.accepted.length, ...this.accepted.map(read));
    this.#judge();
  }

  decide(decisions: NameDecision[]): void {
    this.decisions = decisions;
    this.#judge();
  }

  /** Everything again: nothing is to change. */
  settleAgain(): SettledPlaces {
    const cause = { kind: 'RULES', id: 'again', snapshotNumber: null, occurredAt: '2026-01-01T00:00:00.000Z' } as const;
    return this.#settle(this.#derived(this.accepted), [], { ...cause, reason: 'again.', newest: new Set() });
  }

  query(): Held {
    return new Map(
      [...this.records.agreements.keys()].flatMap((id) => {
        const standing = standingOf(this.records, id);
        return standing === null ? [] : [[id, standing] as const];
      }),
    );
  }

  #judge(why: string | null = null, newest: readonly number[] = []): void {
    this.#acts += 1;
    const cause = { kind: 'DECISION', id: `decision ${this.#acts}`, snapshotNumber: null } as const;
    this.#rederive(why, {
      ...cause,
      occurredAt: '2026-01-01T00:00:00.000Z',
      reason: 'a decision.',
      newest: new Set(newest),
    });
  }

  #advance(list: PureList, why: string | null, cause: Parameters<typeof settleSteps>[2]): void {
    const names = new Set(list.rows.map(({ nameKey }) => nameKey));
    const moved = [...this.#placeRows(), ...this.#movedNames().filter(({ nameKey }) => names.has(nameKey))];
    if (moved.length > 0) {
      const trigger = { ...cause, reason: 'a move.', newest: new Set([list.number]) };
      const derived = this.#derived(this.accepted);
      const settled = this.#settle(derived, moved, trigger);
      this.#write(derived, settled);
      this.#append(settled, why, cause, 1);
      return;
    }
    const isTaken = (id: string): boolean => this.records.agencies.has(id);
    const steps = PLACES.map((placeCode) => {
      const before = this.#stateOf(placeCode);
      const [agencyIds, agreementIds] = this.#idsNow(placeCode);
      return {
        ...{ placeCode, before, agreementIds, step: this.#step(before, list, placeCode) },
        idOf: (key: string): string => agencyIds.get(key) ?? freeAgencyId(placeCode, key, isTaken),
      };
    });
    const settled = settleSteps(steps, [...this.#agreements.values()], cause);
    this.#write(new Map(steps.map(({ placeCode, step: { state } }) => [placeCode, { state }])), settled);
    this.#append(settled, why, cause, 1);
  }

  #rederive(why: string | null, trigger: Parameters<typeof settlePlaces>[2]): void {
    const moved = this.#placeRows();
    const derived = this.#derived(this.accepted);
    const settled = this.#settle(derived, moved, trigger);
    this.#write(derived, settled);
    this.#append(settled, why, trigger, trigger.kind === 'SNAPSHOT' ? 1 : 0);
  }

  #settle(
    derived: ReadonlyMap<string, DerivedPlace>,
    movedNow: readonly MovedName[],
    trigger: Parameters<typeof settlePlaces>[2],
  ): SettledPlaces {
    const parts = [...derived].map(([placeCode, each]) => {
      const [agencyIds, agreementIds] = this.#idsNow(placeCode);
      const here = (other: { placeCode: string }): boolean => other.placeCode === placeCode;
      const names = new Map(
        [...this.#names].flatMap(([name, id]) => (name.startsWith(`${placeCode}\n`) ? [[name.slice(3), id]] : [])),
      );
      const [agencies, agreements] = [[...this.#agencies.values()], [...this.#agreements.values()]];
      const isHere = ({ agreementId: id, placeCode: code }: Told): boolean =>
        (this.#agreements.get(id ?? '')?.placeCode ?? code) === placeCode;
      const stored = {
        ...{ placeCode, state: this.#stateOf(placeCode), agencyIds, agreementIds, names },
        ...{ agencies: agencies.filter(here), agreements: agreements.filter(here), logged: this.log.filter(isHere) },
      };
      return { stored, derived: each };
    });
    return settlePlaces(parts, [...this.#movedNames(), ...movedNow], trigger);
  }

  #derived(lists: readonly PureList[]): Map<string, DerivedPlace> {
    return new Map(
      PLACES.map((placeCode) => {
        const derived = {
          state: emptyPlace(),
          changes: [] as { list: PureList; change: Change }[],
          moves: [] as AgreementMove[],
        };
        for (const list of lists) {
          const step = this.#step(derived.state, list, placeCode);
          derived.state = step.state;
          derived.changes.push(...step.changes.map((change) => ({ list, change })));
          derived.moves.push(...step.moves);
        }
        return [placeCode, derived];
      }),
    );
  }

  #step(state: PlaceState, list: PureList, placeCode: string): Step {
    const rows = list.rows.filter((row) => (this.#moved.get(contentOf(row)) ?? statedPlace(row)) === placeCode);
    const unreadable = list.unreadable.filter((row) => (row.placeCode ?? placeCode) === placeCode);
    const history = this.#history(list);
    return derive(state, { ...list, rows, unreadable, history }, identityLinks(placeCode, this.decisions, []));
  }

  /** As `apply/place-rows.ts` does. */
  #placeRows(): MovedName[] {
    const before = this.#moved;
    const rows = new Map(this.accepted.flatMap((list) => list.rows).map((row) => [contentOf(row), row]));
    const keys = [...rows.keys()];
    const after = new Map<string, string>();
    for (const name of new Set([...rows.values()].map(({ nameKey, model }) => `${nameKey}\n${model}`))) {
      const own = [...rows].filter(([, { nameKey, model }]) => `${nameKey}\n${model}` === name);
      const stated = own.map(([key, row]) => ({ ...row, id: keys.indexOf(key), placeCode: statedPlace(row) }));
      const sheets = this.accepted
        .filter(({ kind }) => kind === 'PARTICIPATING')
        .map((list) => list.rows.map(contentOf));
      const moved = placesOfMovedRows(
        stated,
        sheets.map((sheet) => sheet.map((key) => keys.indexOf(key))),
      );
      for (const [id, place] of moved) after.set(keys[id] ?? '', place);
    }
    this.#moved = after;
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
      const row: PureRow = JSON.parse(key);
      const [from, to] = [before.get(key) ?? statedPlace(row), after.get(key) ?? statedPlace(row)];
      return from === to ? [] : [{ nameKey: row.nameKey, from, to }];
    });
  }

  #movedNames(): MovedName[] {
    return [...this.#moved].map(([key, to]) => {
      const row: PureRow = JSON.parse(key);
      return { nameKey: row.nameKey, from: statedPlace(row), to };
    });
  }

  #stateOf = (placeCode: string): PlaceState => this.states.get(placeCode) ?? emptyPlace();

  #history(upTo: PureList): Record<SnapshotKind, string[]> {
    const lists = this.accepted.slice(0, this.accepted.indexOf(upTo) + 1);
    const of = (kind: SnapshotKind): string[] => lists.flatMap((each) => (each.kind === kind ? each.publishedAt : []));
    return { PARTICIPATING: of('PARTICIPATING'), PENDING: of('PENDING') };
  }

  #idsNow(placeCode: string): [Map<string, string>, Map<string, string>] {
    const agencies = [...this.records.agencies.values()].filter((agency) => agency.placeCode === placeCode);
    const keyOf = new Map(agencies.map(({ id, key }) => [id, key]));
    const agreements = [...this.records.agreements.values()].flatMap(({ id, agencyId: owner, model, ordinal }) => {
      const agency = keyOf.get(owner);
      return agency === undefined ? [] : [[placeKey({ agency, model, ordinal }), id] as const];
    });
    return [new Map(agencies.map(({ id, key }) => [key, id])), new Map(agreements)];
  }

  #write(
    states: ReadonlyMap<string, { state: PlaceState }>,
    { after, merges }: { after: PlaceRecords; merges: readonly Merge[] },
  ): void {
    for (const [id, agency] of this.#agencies) this.#agencies.set(id, { ...agency, derived: false });
    for (const [id, agreement] of this.#agreements) this.#agreements.set(id, { ...agreement, derived: false });
    for (const { id, key, name, placeCode } of after.agencies.values()) {
      this.#agencies.set(id, { id, key, name, placeCode, mergedInto: null, derived: true });
    }
    for (const { id, agencyId: owner, model, ordinal, placeCode } of after.agreements.values()) {
      this.#agreements.set(id, { id, agencyId: owner, model, ordinal, placeCode, derived: true });
    }
    for (const { merged, survivor } of merges) {
      const agency = this.#agencies.get(merged);
      if (agency) this.#agencies.set(merged, { ...agency, mergedInto: survivor, derived: false });
    }
    this.#names = new Map(
      [...after.names.values()].map(({ placeCode, nameKey, agencyId: owner }) => [`${placeCode}\n${nameKey}`, owner]),
    );
    this.states = new Map([...states].map(([placeCode, { state }]) => [placeCode, state]));
    this.records = after;
  }

  #append(
    settled: { events: EventRecord[]; rest: EventRecord[]; changed?: number },
    why: string | null,
    cause: Parameters<typeof historyChanged>[0],
    lists: number,
  ): void {
    const appended = why === null ? [...settled.events, ...settled.rest] : asHistory(settled.events);
    const sum = { lists, events: appended.length, reason: why ?? '' };
    const events =
      why === null || (appended.length === 0 && (settled.changed ?? 0) === 0)
        ? appended
        : [...appended, historyChanged(cause, 1, sum)];
    for (const event of events) {
      if (event.retracts != null) {
        const wrong = this.log.find(({ id }) => id === event.retracts);
        if (wrong) wrong.retracted = true;
      }
      if (event.kind !== 'HISTORY_CHANGED') this.log.push({ ...event, retracted: false });
      if (event.backfill) continue;
      this.told += 1;
      if (event.kind === 'HISTORY_CHANGED') this.#queryAgain();
      else this.#replace(event);
    }
  }

  #queryAgain(): void {
    this.watched.clear();
    for (const [id, standing] of this.query()) this.watched.set(id, standing);
  }

  #replace({ standing }: EventRecord): void {
    if (standing == null) return;
    const { agencyId: owner, agencyName, placeCode } = standing;
    for (const [id, held] of this.watched) {
      if (held.agencyId === owner) this.watched.set(id, { ...held, agencyName, placeCode });
    }
    if (standing.agreementId === null) return;
    if (standing.gone) this.watched.delete(standing.agreementId);
    else this.watched.set(standing.agreementId, standing);
  }
}

/** Publication, then the number in place of the hash. */
const inOrder = (left: PureList, right: PureList): number =>
  left.publishedAt < right.publishedAt ? -1 : left.publishedAt > right.publishedAt ? 1 : left.number - right.number;
