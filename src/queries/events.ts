/** The event log as a connection: by id, and as pages of the whole or of an agreement, an agency or a snapshot. */
import { sql } from 'drizzle-orm';
import type { AgencyType, EventKind, Model } from '../../schema/enums.ts';
import { type EventPayload, type EventStanding, ledgerEvents } from '../../schema/tables/events.ts';
import { ledger } from '../../schema/tables/ledger.ts';
import { decodeEventCursor, type LogPosition, staleCursor } from '../feed/log/cursor.ts';
import { agencyIdsIn, familyOf } from './agencies.ts';
import type { InstantText } from './counts/instant.ts';
import { type AnyOf, anyCounty, anyOf, anyState, betweenDays } from './keyset/condition.ts';
import type { Order } from './keyset/keyset.ts';
import { type Condition, type ParentLink, rowReader, type Source } from './keyset/source.ts';
import { arrayLiteral, type Statements } from './keyset/statement.ts';

export interface EventRow {
  typename: string;
  id: string;
  /** As the driver gives it: text or a number. */
  sequence: string | number | bigint;
  hash: string;
  epoch: string;
  kind: EventKind;
  occurredAt: InstantText;
  recordedAt: InstantText;
  backfill: boolean;
  provisional: boolean;
  snapshotNumber: number | null;
  agreementId: string | null;
  agencyId: string | null;
  placeCode: string | null;
  summary: string;
  payload: EventPayload;
  standing: EventStanding | null;
  retracts: string | null;
}

/** An event with what filters compare, as it is recorded. */
export interface LoggedEvent extends EventRow {
  sequence: number;
  model: Model | null;
  agencyType: AgencyType | null;
  countyFips: string | null;
  otherAgencyId: string | null;
  otherPlaceCode: string | null;
  otherAgencyType: AgencyType | null;
  otherCountyFips: string | null;
}

export interface EventFilter {
  kinds?: AnyOf<EventKind>;
  states?: AnyOf<string>;
  models?: AnyOf<Model>;
  agencyTypes?: AnyOf<AgencyType>;
  counties?: AnyOf<string>;
  /** Uuids of agencies. */
  agencyIds?: AnyOf<string>;
  /** Days in New York. */
  occurredFrom?: string | null | undefined;
  occurredTo?: string | null | undefined;
}

const columns = {
  id: sql`${ledgerEvents.id}`,
  sequence: sql`${ledgerEvents.sequence}`,
  hash: sql`${ledgerEvents.hash}`,
  epoch: sql`(select ${ledger.epoch} from ${ledger})`,
  kind: sql`${ledgerEvents.kind}`,
  occurredAt: sql`${ledgerEvents.occurredAt}`,
  recordedAt: sql`${ledgerEvents.recordedAt}`,
  backfill: sql`${ledgerEvents.backfill}`,
  provisional: sql`${ledgerEvents.provisional}`,
  snapshotNumber: sql`${ledgerEvents.snapshotNumber}`,
  agreementId: sql`${ledgerEvents.agreementId}`,
  agencyId: sql`${ledgerEvents.agencyId}`,
  placeCode: sql`${ledgerEvents.placeCode}`,
  summary: sql`${ledgerEvents.summary}`,
  payload: sql`${ledgerEvents.payload}`,
  standing: sql`${ledgerEvents.standing}`,
  retracts: sql`${ledgerEvents.retracts}`,
};

export const eventSource: Source<Omit<EventRow, 'typename'>> = {
  name: 'events',
  typename: 'LedgerEvent',
  from: sql`${ledgerEvents}`,
  columns,
  always: ['id', 'kind', 'epoch', 'hash'],
};

/** The order of the log. Its cursors are event cursors, which the caller decodes to sequences. */
export const eventOrder: Order = {
  tag: 'events',
  keys: [{ field: 'sequence', column: columns.sequence, type: 'bigint' }],
  descending: false,
};

/**
 * Throws BAD_USER_INPUT for values that no event could have. Everything is compared as recorded, with either side of a
 * merge or a move; what is about the whole ledger passes every filter.
 */
export function eventConditions(
  filter: EventFilter,
  { includeBackfill, includeHistoryChanged = true }: { includeBackfill: boolean; includeHistoryChanged?: boolean },
): Condition[] {
  return [
    ...orWhole(anyOf('kinds', columns.kind, 'event_kind', filter.kinds)),
    ...orWhole(anyState(columns.placeCode, filter.states), anyState(otherPlace, filter.states)),
    ...orWhole(anyOf('models', agreementModel, 'model', filter.models)),
    ...orWhole(
      anyOf('agencyTypes', agencyType, 'agency_type', filter.agencyTypes),
      anyOf('agencyTypes', otherType, 'agency_type', filter.agencyTypes),
    ),
    ...orWhole(anyCounty(agencyCounty, filter.counties), anyCounty(otherCounty, filter.counties)),
    ...orWhole(agencyIdsIn(columns.agencyId, filter.agencyIds), agencyIdsIn(otherAgency, filter.agencyIds)),
    ...orWhole(betweenDays('occurred', columns.occurredAt, filter.occurredFrom, filter.occurredTo)),
    ...(includeBackfill ? [] : [{ shape: 'live', sql: () => sql`not ${columns.backfill}`, values: {} }]),
    ...(includeHistoryChanged ? [] : [{ shape: 'told', sql: () => sql`${columns.agencyId} is not null`, values: {} }]),
  ];
}

/** Met by the one side or the other, or by an event about the whole ledger. Both sides have the same values. */
function orWhole(own: readonly Condition[], other: readonly Condition[] = []): Condition[] {
  return own.map(({ shape, sql: condition, values }, index) => ({
    ...{ shape, values },
    sql: () => {
      const otherwise = other[index];
      return sql`(${condition()}${otherwise === undefined ? sql`` : sql` or ${otherwise.sql()}`}
        or ${columns.agencyId} is null)`;
    },
  }));
}

const agreementModel = sql`${ledgerEvents.model}`;
const agencyType = sql`${ledgerEvents.agencyType}`;
const agencyCounty = sql`${ledgerEvents.countyFips}`;
const otherAgency = sql`${ledgerEvents.otherAgencyId}`;
const otherPlace = sql`${ledgerEvents.otherPlaceCode}`;
const otherType = sql`${ledgerEvents.otherAgencyType}`;
const otherCounty = sql`${ledgerEvents.otherCountyFips}`;

export const eventsOfAgreement: ParentLink = {
  name: 'agreement',
  type: 'uuid',
  on: sql`${ledgerEvents.agreementId} = parent.key`,
  groupBy: columns.agreementId,
};

/** With those of the agencies that were merged into it. */
export const eventsOfAgency: ParentLink = {
  name: 'agency',
  type: 'uuid',
  on: sql`${ledgerEvents.agencyId} = any(array${familyOf(sql`array[parent.key]`)})`,
};

export const eventsOfSnapshot: ParentLink = {
  name: 'snapshot',
  type: 'int',
  on: sql`${ledgerEvents.snapshotNumber} = parent.key`,
  groupBy: columns.snapshotNumber,
};

const allColumns = sql.join(Object.values(columns), sql`, `);
const readEvent = rowReader<EventRow>('LedgerEvent', Object.keys(columns));

const recorded = {
  ...{ ...columns, model: agreementModel, agencyType, countyFips: agencyCounty },
  ...{ otherAgencyId: otherAgency, otherPlaceCode: otherPlace, otherAgencyType: otherType },
  otherCountyFips: otherCounty,
};
const readRecorded = rowReader<LoggedEvent>('LedgerEvent', Object.keys(recorded));

/** The log itself, from after a sequence on, at most `limit` events. */
export function eventsAfter(statements: Statements, after: number, limit: number): Promise<LoggedEvent[]> {
  const query = sql`select ${sql.join(Object.values(recorded), sql`, `)} from ${ledgerEvents}
    where ${ledgerEvents.sequence} > ${sql.placeholder('after')}::bigint
    order by ${ledgerEvents.sequence} limit ${sql.placeholder('limit')}::int`;
  const read = (cells: readonly unknown[]): LoggedEvent => {
    const event = readRecorded(cells);
    return Object.assign(event, { sequence: Number(event.sequence) });
  };
  return statements.run('events after', () => ({ query, read }), { after, limit });
}

/**
 * The sequence after which to go on from a cursor. Throws `CursorError`: what {@link decodeEventCursor} throws, and
 * CURSOR_STALE where the log has another event there. `hashAt` tells hashes that are known; of others the log is asked.
 */
export async function sequenceOf(
  statements: Statements,
  cursor: string,
  position: LogPosition,
  hashAt: (sequence: number) => string | null,
): Promise<bigint> {
  const { sequence, hash } = decodeEventCursor(cursor, position);
  if (hash === null) return sequence;
  const known = sequence === position.lastSequence ? position.lastHash : hashAt(Number(sequence));
  const found = known ?? (await hashOfEvent(statements, sequence.toString()));
  if (found !== hash) throw staleCursor();
  return sequence;
}

async function hashOfEvent(statements: Statements, sequence: string): Promise<string | undefined> {
  const query = sql`select ${ledgerEvents.hash} from ${ledgerEvents}
    where ${ledgerEvents.sequence} = ${sql.placeholder('sequence')}::bigint`;
  const read = (cells: readonly unknown[]): string => String(cells[0]);
  const [hash] = await statements.run('hash of event', () => ({ query, read }), { sequence });
  return hash;
}

/** These agencies and all that were merged with them, into them or beside them. */
export async function agencyFamily(statements: Statements, ids: readonly string[]): Promise<Set<string>> {
  const query = sql`select id from ${familyOf(sql`${sql.placeholder('ids')}::uuid[]`)} family`;
  const read = (cells: readonly unknown[]): string => String(cells[0]);
  return new Set(await statements.run('agency family', () => ({ query, read }), { ids: arrayLiteral(ids) }));
}

export async function eventsById(statements: Statements, ids: readonly string[]): Promise<(EventRow | null)[]> {
  const query = sql`select ${allColumns} from ${ledgerEvents} where ${ledgerEvents.id} = any(${sql.placeholder('ids')}::uuid[])`;
  const rows = await statements.run('events by id', () => ({ query, read: readEvent }), { ids: arrayLiteral(ids) });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
