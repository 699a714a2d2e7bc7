/** References to the object types, so that the files that define them need not import each other. */
import type { PlannedAgreement, RenamedAgency } from '../../analysis/plan.ts';
import type { AgencyRow } from '../../queries/agencies.ts';
import type { AgreementRow } from '../../queries/agreements.ts';
import type { AuditEntryRow } from '../../queries/audit-entries.ts';
import type { EventRow } from '../../queries/events.ts';
import type { CountyRow, StateRow } from '../../queries/places.ts';
import type { ReviewItemRow } from '../../queries/review-items.ts';
import type { IssueRow, PrintedRow, SnapshotRow } from '../../queries/snapshots.ts';
import { builder } from './builder.ts';
import { connectionOf } from './connection.ts';

/** Rows as sources read them: the type's name is set by the reader. */
export type Typed<Row extends { typename: string }> = Omit<Row, 'typename'>;

export type AgencyParent = Typed<AgencyRow>;
export type AgreementParent = Typed<AgreementRow>;
export type SnapshotParent = Typed<SnapshotRow>;
export type PrintedRowParent = Typed<PrintedRow>;
export type IssueParent = Typed<IssueRow>;
export type EventParent = Typed<EventRow>;
export type ReviewItemParent = Typed<ReviewItemRow>;
export type AuditEntryParent = Typed<AuditEntryRow>;

/** What every node has at run time; interfaces tell their types by it. */
export interface TypedRow {
  typename?: string;
}

export const NodeRef = builder.interfaceRef<object>('Node');
export const StateRef = builder.objectRef<StateRow>('State');
export const CountyRef = builder.objectRef<CountyRow>('County');
export const AgencyRef = builder.objectRef<AgencyParent>('Agency');
export const AgreementRef = builder.objectRef<AgreementParent>('Agreement');
export const SnapshotRef = builder.objectRef<SnapshotParent>('Snapshot');
export const PrintedRowRef = builder.objectRef<PrintedRowParent>('PrintedRow');
export const IssueRef = builder.objectRef<IssueParent>('RowIssue');
export const LedgerEventRef = builder.interfaceRef<EventParent>('LedgerEvent');
export const AgreementDifferenceRef = builder.objectRef<PlannedAgreement>('AgreementDifference');
export const AgencyRenamingRef = builder.objectRef<RenamedAgency>('AgencyRenaming');
export const ReviewItemRef = builder.objectRef<ReviewItemParent>('ReviewItem');
export const AuditEntryRef = builder.objectRef<AuditEntryParent>('AuditEntry');

export const AgencyConnection = connectionOf('Agency', AgencyRef, 'agencies');
export const AgreementConnection = connectionOf('Agreement', AgreementRef, 'agreements');
export const SnapshotConnection = connectionOf('Snapshot', SnapshotRef, 'lists');
export const PrintedRowConnection = connectionOf('PrintedRow', PrintedRowRef, 'printed rows');
export const IssueConnection = connectionOf('RowIssue', IssueRef, 'issues');
export const LedgerEventConnection = connectionOf('LedgerEvent', LedgerEventRef, 'events', 'EventCursor');
export const ReviewItemConnection = connectionOf('ReviewItem', ReviewItemRef, 'review items');
export const AgreementDifferenceConnection = connectionOf(
  'AgreementDifference',
  AgreementDifferenceRef,
  'agreements that differ',
);
export const AgencyRenamingConnection = connectionOf(
  'AgencyRenaming',
  AgencyRenamingRef,
  'agencies called differently',
);
export const AuditEntryConnection = connectionOf('AuditEntry', AuditEntryRef, 'entries of the audit log');
