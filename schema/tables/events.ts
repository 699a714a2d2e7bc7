/** The log: one gap-free sequence in commit order. Rows are appended, never changed. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { AgencyType, AgreementStatus, EventKind } from '../enums.ts';
import { instant } from './columns.ts';
import { agencyTypeEnum, causeKindEnum, eventKindEnum, modelEnum } from './enums.ts';
import { snapshots } from './snapshots.ts';

/** A change to one field: what the ledger said before and after, and the rule that judged it. */
export interface EventChange {
  field: string;
  before: string | null;
  after: string | null;
  rule: string;
}

/** What only some kinds record. Dates are `YYYY-MM-DD`, ids are uuids. */
export interface EventPayload {
  /** AGREEMENT_CORRECTED, AGENCY_RENAMED. */
  changes?: EventChange[];
  /** MEMORANDUM_POSTED, ADDENDUM_POSTED. */
  url?: string;
  /** AGREEMENT_SUPERSEDED: the agreement that takes its place. AGENCY_MERGED: the survivor. */
  successorId?: string;
  /** EVENT_RETRACTED: the kind of the event that is retracted, and why. HISTORY_CHANGED: why. */
  retractedKind?: EventKind;
  reason?: string;
  /** HISTORY_CHANGED: how many lists arrived as history, and how many events of history were appended. */
  lists?: number;
  events?: number;
}

/**
 * What stands after an event: whoever replaces by id what they have with it has what a query answers. Of an agreement,
 * or, where `agreementId` is null, of an agency alone, whose name then holds for all of its agreements.
 */
export interface EventStanding {
  agreementId: string | null;
  /** It is no longer an agreement, or agency, of its own; the rest is as it last was. */
  gone: boolean;
  /** Null for an agency. */
  status: AgreementStatus | null;
  signedOn: string | null;
  endedOn: string | null;
  memorandumUrl: string | null;
  agencyId: string;
  agencyName: string;
  placeCode: string;
}

/** One event. Natural key: (cause, subject, kind, ordinal), of which `id` is the uuid v5. */
export const ledgerEvents = pgTable(
  'ledger_events',
  {
    sequence: bigint('sequence', { mode: 'bigint' }).primaryKey(),
    id: uuid('id').notNull(),
    /**
     * The first 16 bytes of SHA-256 over the hash before it and its own id: equal only where all events up to it are.
     * A trigger of the database sets it, so that an older program beside this one does too.
     */
    hash: uuid('hash').notNull().default('00000000-0000-0000-0000-000000000000'),
    kind: eventKindEnum('kind').notNull(),
    causeKind: causeKindEnum('cause_kind').notNull(),
    causeId: text('cause_id').notNull(),
    subjectId: uuid('subject_id').notNull(),
    ordinal: integer('ordinal').notNull(),
    /** Publication of the list, or the time of the decision. */
    occurredAt: instant('occurred_at').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    backfill: boolean('backfill').notNull(),
    provisional: boolean('provisional').notNull(),
    snapshotNumber: integer('snapshot_number'),
    agreementId: uuid('agreement_id'),
    /** Null for an event about the whole ledger, HISTORY_CHANGED, as is the place. */
    agencyId: uuid('agency_id'),
    /** What filters match: as it stood when it happened. */
    placeCode: text('place_code'),
    model: modelEnum('model'),
    agencyType: agencyTypeEnum('agency_type').$type<AgencyType>(),
    countyFips: text('county_fips'),
    /** The other side of a merge or a move, which filters match as well; null: there is none. */
    otherAgencyId: uuid('other_agency_id'),
    otherPlaceCode: text('other_place_code'),
    otherAgencyType: agencyTypeEnum('other_agency_type').$type<AgencyType>(),
    otherCountyFips: text('other_county_fips'),
    summary: text('summary').notNull(),
    payload: jsonb('payload').$type<EventPayload>().notNull(),
    /** What stands after a live event; null: it is history, or was recorded before standings were. */
    standing: jsonb('standing').$type<EventStanding>(),
    /** EVENT_RETRACTED: the event it takes back. */
    retracts: uuid('retracts'),
  },
  (table) => [
    uniqueIndex('ledger_events_id_key').on(table.id),
    uniqueIndex('ledger_events_retracts_key').on(table.retracts).where(sql`retracts is not null`),
    index('ledger_events_agreement_idx').on(table.agreementId, table.sequence),
    index('ledger_events_agency_idx').on(table.agencyId, table.sequence),
    index('ledger_events_place_idx').on(table.placeCode, table.sequence),
    // Events about the whole ledger, which pass every filter.
    index('ledger_events_history_idx').on(table.sequence).where(sql`agency_id is null`),
    index('ledger_events_snapshot_idx').on(table.snapshotNumber, table.sequence),
    foreignKey({
      name: 'ledger_events_snapshot_fkey',
      columns: [table.snapshotNumber],
      foreignColumns: [snapshots.number],
    }).onDelete('restrict'),
  ],
);

/** An event but for its number, its hash and the time of its recording. */
export type EventRecord = Omit<typeof ledgerEvents.$inferInsert, 'sequence' | 'hash' | 'recordedAt'>;
