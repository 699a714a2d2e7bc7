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
import type { AgencyType, EventKind } from '../enums.ts';
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
  /** EVENT_RETRACTED: the kind of the event that is retracted, and why. */
  retractedKind?: EventKind;
  reason?: string;
}

/** One event. Natural key: (cause, subject, kind, ordinal), of which `id` is the uuid v5. */
export const ledgerEvents = pgTable(
  'ledger_events',
  {
    sequence: bigint('sequence', { mode: 'bigint' }).primaryKey(),
    id: uuid('id').notNull(),
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
    agencyId: uuid('agency_id').notNull(),
    /** What filters match: as it stood when it happened. */
    placeCode: text('place_code').notNull(),
    model: modelEnum('model'),
    agencyType: agencyTypeEnum('agency_type').$type<AgencyType>(),
    countyFips: text('county_fips'),
    summary: text('summary').notNull(),
    payload: jsonb('payload').$type<EventPayload>().notNull(),
    /** EVENT_RETRACTED: the event it takes back. */
    retracts: uuid('retracts'),
  },
  (table) => [
    uniqueIndex('ledger_events_id_key').on(table.id),
    uniqueIndex('ledger_events_retracts_key').on(table.retracts).where(sql`retracts is not null`),
    index('ledger_events_agreement_idx').on(table.agreementId, table.sequence),
    index('ledger_events_agency_idx').on(table.agencyId, table.sequence),
    index('ledger_events_place_idx').on(table.placeCode, table.sequence),
    index('ledger_events_snapshot_idx').on(table.snapshotNumber, table.sequence),
    foreignKey({
      name: 'ledger_events_snapshot_fkey',
      columns: [table.snapshotNumber],
      foreignColumns: [snapshots.number],
    }).onDelete('restrict'),
  ],
);

/** An event but for its number and the time of its recording. */
export type EventRecord = Omit<typeof ledgerEvents.$inferInsert, 'sequence' | 'recordedAt'>;
