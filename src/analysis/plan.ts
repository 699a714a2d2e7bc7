/**
 * A plan: what stands otherwise at one end than at the other, agreement by agreement and netted. One type says it of a
 * list that is tried out, of a list that counts, and of two lists that are compared. Pure.
 */
import type { AgreementStatus, Model } from '../../schema/enums.ts';

/** GONE: it is no agreement of its own any more. DROPPED: no longer pending. CORRECTED: it stands as before, but for a field. */
export type PlannedChange =
  | 'ADDED'
  | 'UNLISTED'
  | 'ENDED'
  | 'RESTORED'
  | 'SUPERSEDED'
  | 'DROPPED'
  | 'CORRECTED'
  | 'GONE';

export interface FieldChange {
  field: 'status' | 'signedOn' | 'endedOn' | 'memorandum' | 'firstListedAt' | 'agency' | 'state';
  before: string | null;
  after: string | null;
}

/** One agreement that stands otherwise afterwards. */
export interface PlannedAgreement {
  change: PlannedChange;
  agreementId: string;
  /** Code of the state, name of the agency, and model, as they are afterwards; of what is gone, as they were. */
  state: string;
  agency: string;
  model: Model;
  fields: readonly FieldChange[];
}

/** One agency that goes by another name afterwards. */
export interface RenamedAgency {
  agencyId: string;
  state: string;
  before: string;
  after: string;
}

/** By state, agency and model. */
export interface Plan {
  agreements: readonly PlannedAgreement[];
  renamed: readonly RenamedAgency[];
}

/** How an agreement stands at one of two ends. */
export interface Standing {
  status: AgreementStatus;
  signedOn: string | null;
  endedOn: string | null;
  memorandum: string | null;
  firstListedAt: string | null;
  agencyId: string;
  agency: string;
  state: string;
  model: Model;
}

/** One agreement before and after; null: it was none of its own. */
export interface Difference {
  id: string;
  before: Standing | null;
  after: Standing | null;
}

export function planOf(found: readonly Difference[]): Plan {
  const renamed = new Map<string, RenamedAgency>();
  const planned: PlannedAgreement[] = [];
  for (const { id, before, after } of found) {
    const stands = after ?? before;
    if (stands === null) continue;
    if (before && after && before.agencyId === after.agencyId && before.agency !== after.agency) {
      const { agencyId, state } = after;
      renamed.set(agencyId, { agencyId, state, before: before.agency, after: after.agency });
    }
    const fields = fieldsOf(before, after);
    if (fields.length === 0) continue;
    const { state, agency, model } = stands;
    planned.push({ change: changeOf(before, after), agreementId: id, state, agency, model, fields });
  }
  return { agreements: planned, renamed: [...renamed.values()] };
}

/** The way back. */
export const reversed = (found: readonly Difference[]): Difference[] =>
  found.map(({ id, before, after }) => ({ id, before: after, after: before }));

const byStatus: Partial<Record<AgreementStatus, PlannedChange>> = {
  UNLISTED: 'UNLISTED',
  ENDED: 'ENDED',
  SUPERSEDED: 'SUPERSEDED',
  WITHDRAWN: 'DROPPED',
};

function changeOf(before: Standing | null, after: Standing | null): PlannedChange {
  if (before === null) return 'ADDED';
  if (after === null) return 'GONE';
  if (before.status === after.status) return 'CORRECTED';
  if (before.status === 'WITHDRAWN' && after.status === 'PENDING') return 'RESTORED';
  if (after.status !== 'ACTIVE') return byStatus[after.status] ?? 'CORRECTED';
  // Signed at last: that is an addition, as in the log.
  return before.status === 'PENDING' || before.status === 'WITHDRAWN' ? 'ADDED' : 'RESTORED';
}

const compared = ['status', 'signedOn', 'endedOn', 'memorandum', 'firstListedAt', 'state'] as const;

function fieldsOf(before: Standing | null, after: Standing | null): FieldChange[] {
  const fields: FieldChange[] = [];
  for (const field of compared) {
    const was = before?.[field] ?? null;
    const is = after?.[field] ?? null;
    const isNamed = field === 'state' && (before === null || after === null);
    if (was !== is && !isNamed) fields.push({ field, before: was, after: is });
  }
  if (before !== null && after !== null && before.agencyId !== after.agencyId)
    fields.push({ field: 'agency', before: before.agency, after: after.agency });
  return fields;
}
