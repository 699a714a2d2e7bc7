/** Which object type answers each kind of event. */
import type { EventKind } from '../../../../schema/enums.ts';

export const eventTypenames = {
  AGREEMENT_ADDED: 'AgreementAdded',
  AGREEMENT_UNLISTED: 'AgreementUnlisted',
  AGREEMENT_ENDED: 'AgreementEnded',
  AGREEMENT_RESTORED: 'AgreementRestored',
  AGREEMENT_CORRECTED: 'AgreementCorrected',
  AGREEMENT_SUPERSEDED: 'AgreementSuperseded',
  MEMORANDUM_POSTED: 'MemorandumPosted',
  ADDENDUM_POSTED: 'AddendumPosted',
  PENDING_ADDED: 'PendingAdded',
  PENDING_DROPPED: 'PendingDropped',
  AGENCY_RENAMED: 'AgencyRenamed',
  AGENCY_MERGED: 'AgencyMerged',
  EVENT_RETRACTED: 'EventRetracted',
  HISTORY_CHANGED: 'HistoryChanged',
} as const satisfies Record<EventKind, string>;

const byKind: ReadonlyMap<string, string> = new Map(Object.entries(eventTypenames));

export function typenameOfEvent(row: object): string {
  const typename = 'kind' in row && typeof row.kind === 'string' ? byKind.get(row.kind) : undefined;
  if (typename === undefined) throw new Error('An event of a kind that this build does not know.');
  return typename;
}
