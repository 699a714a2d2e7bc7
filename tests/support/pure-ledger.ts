/**
 * A ledger of one place without a database: what `ledger/apply` loads and writes, in maps. It takes lists at any place
 * in time and the decisions of persons, by the same pure code, and keeps what a watcher has who queried once and
 * replaced by id from live events alone.
 */
import type { SnapshotKind } from '../../schema/enums.ts';
import type { EventRecord, EventStanding } from '../../schema/tables/events.ts';
import { derive } from '../../src/ledger/derive/derive.ts';
import { identityLinks, type NameDecision } from '../../src/ledger/derive/identity-links.ts';
import { emptyRecords, type PlaceRecords } from '../../src/ledger/derive/place-records.ts';
import {
  type AgreementMove,
  type Change,
  emptyPlace,
  type LedgerRow,
  type PlaceState,
  type UnreadableRow,
} from '../../src/ledger/derive/place-state.ts';
import { placeKey, type StoredAgreement } from '../../src/ledger/derive/settle-agreements.ts';
import { freeAgencyId, type Merge, type StoredAgency } from '../../src/ledger/derive/settle-ids.ts';
import { type SettledPlace, settlePlace } from '../../src/ledger/derive/settle-place.ts';
import { settleSteps } from '../../src/ledger/derive/settle-step.ts';
import { standingOf } from '../../src/ledger/derive/standing.ts';
import { asHistory, historyChanged, whyHistory } from '../../src/ledger/derive/tell-in-sum.ts';

export interface PureList {
  number: number;
  id: string;
  kind: SnapshotKind;
  publishedAt: string;
  rows: readonly LedgerRow[];
  unreadable: readonly UnreadableRow[];
}

const PLACE = 'TX';

interface Told extends EventRecord {
  retracted: boolean;
}

/** What a watcher holds: standings by id. */
export type Held = Map<string, EventStanding>;

export class PureLedger {
  readonly accepted: PureList[] = [];
  readonly withdrawn: PureList[] = [];
  decisions: NameDecision[] = [];
  state: PlaceState = emptyPlace();
  records: PlaceRecords = emptyRecords();
  readonly log: Told[] = [];
  /** By live events alone, but for what is told in sum. */
  readonly watched: Held = new Map();
  told = 0;
  readonly #agencies = new Map<string, StoredAgency>();
  readonly #agreements = new Map<string, StoredAgreement>();
  #names = new Map<string, string>();
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
  settleAgain(): SettledPlace {
    const cause = { kind: 'RULES', id: 'again', snapshotNumber: null, occurredAt: '2026-01-01T00:00:00.000Z' } as const;
    return this.#settle({ ...cause, reason: 'again.', newest: new Set() });
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
    const before = this.state;
    const [agencyIds, agreementIds] = this.#idsNow();
    const isTaken = (id: string): boolean => this.records.agencies.has(id);
    const idOf = (key: string): string => agencyIds.get(key) ?? freeAgencyId(PLACE, key, isTaken);
    const step = derive(before, { ...list, history: this.#history(list) }, identityLinks(PLACE, this.decisions, []));
    const stored = [...this.#agreements.values()];
    const settled = settleSteps([{ placeCode: PLACE, before, step, agreementIds, idOf }], stored, cause);
    this.#write(step.state, settled);
    this.#append(settled, why, cause, 1);
  }

  #rederive(why: string | null, trigger: Parameters<typeof settlePlace>[2]): void {
    const settled = this.#settle(trigger);
    this.#write(this.#derived().state, settled);
    this.#append(settled, why, trigger, trigger.kind === 'SNAPSHOT' ? 1 : 0);
  }

  #settle(trigger: Parameters<typeof settlePlace>[2]): SettledPlace {
    const [agencyIds, agreementIds] = this.#idsNow();
    const stored = { placeCode: PLACE, state: this.state, agencyIds, agreementIds, names: this.#names };
    const [agencies, agreements] = [[...this.#agencies.values()], [...this.#agreements.values()]];
    return settlePlace({ ...stored, agencies, agreements, logged: this.log }, this.#derived(), trigger);
  }

  #derived(): { state: PlaceState; changes: { list: PureList; change: Change }[]; moves: AgreementMove[] } {
    const links = identityLinks(PLACE, this.decisions, []);
    const derived = {
      state: emptyPlace(),
      changes: [] as { list: PureList; change: Change }[],
      moves: [] as AgreementMove[],
    };
    for (const list of this.accepted) {
      const step = derive(derived.state, { ...list, history: this.#history(list) }, links);
      derived.state = step.state;
      derived.changes.push(...step.changes.map((change) => ({ list, change })));
      derived.moves.push(...step.moves);
    }
    return derived;
  }

  #history(upTo: PureList): Record<SnapshotKind, string[]> {
    const lists = this.accepted.slice(0, this.accepted.indexOf(upTo) + 1);
    const of = (kind: SnapshotKind): string[] => lists.flatMap((each) => (each.kind === kind ? each.publishedAt : []));
    return { PARTICIPATING: of('PARTICIPATING'), PENDING: of('PENDING') };
  }

  #idsNow(): [Map<string, string>, Map<string, string>] {
    const agencies = [...this.records.agencies.values()];
    const keyOf = new Map(agencies.map(({ id, key }) => [id, key]));
    const agreements = [...this.records.agreements.values()].map(({ id, agencyId: owner, model, ordinal }) => {
      return [placeKey({ agency: keyOf.get(owner) ?? '', model, ordinal }), id] as const;
    });
    return [new Map(agencies.map(({ id, key }) => [key, id])), new Map(agreements)];
  }

  #write(state: PlaceState, { after, merges }: { after: PlaceRecords; merges: readonly Merge[] }): void {
    for (const [id, agency] of this.#agencies) this.#agencies.set(id, { ...agency, derived: false });
    for (const [id, agreement] of this.#agreements) this.#agreements.set(id, { ...agreement, derived: false });
    for (const { id, key, name } of after.agencies.values()) {
      this.#agencies.set(id, { id, key, name, mergedInto: null, derived: true });
    }
    for (const { id, agencyId: owner, model, ordinal } of after.agreements.values()) {
      this.#agreements.set(id, { id, agencyId: owner, model, ordinal, derived: true });
    }
    for (const { merged, survivor } of merges) {
      const agency = this.#agencies.get(merged);
      if (agency) this.#agencies.set(merged, { ...agency, mergedInto: survivor, derived: false });
    }
    this.#names = new Map([...after.names.values()].map(({ nameKey, agencyId: owner }) => [nameKey, owner]));
    this.state = state;
    this.records = after;
  }

  #append(
    settled: { events: EventRecord[]; rest: EventRecord[] },
    why: string | null,
    cause: Parameters<typeof historyChanged>[0],
    lists: number,
  ): void {
    const appended = why === null ? [...settled.events, ...settled.rest] : asHistory(settled.events);
    const sum = { lists, events: appended.length, reason: why ?? '' };
    const events = why === null || appended.length === 0 ? appended : [...appended, historyChanged(cause, sum)];
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
