/** What an act would change, agreement by agreement: the standings before it beside those after it, netted. */
import { type SQL, sql } from 'drizzle-orm';
import type { AgreementStatus, Model } from '../../../schema/enums.ts';
import { agencies } from '../../../schema/tables/agencies.ts';
import { agreements } from '../../../schema/tables/agreements.ts';
import type { Database } from '../../database/database.ts';
import { isoInstant, selectRecords } from '../../database/records.ts';

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

interface Standing {
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

const standings = sql`select agreement.id, agreement.ordinal, agreement.status, agreement.signed_on as "signedOn",
    agreement.ended_on as "endedOn", agreement.memorandum_url as memorandum,
    agreement.first_listed_at as "firstListedAt", agency.id as "agencyId", agency.name as agency,
    agreement.place_code as state, agreement.model
  from ${agreements} agreement join ${agencies} agency on agency.id = agreement.agency_id
  where agreement.derived and agreement.merged_into is null`;

/** Keeps in the transaction what stands now, for {@link differences} to compare with. */
export async function rememberStandings(tx: Database): Promise<void> {
  await tx.execute(sql`drop table if exists standings_before`);
  await tx.execute(sql`create temporary table standings_before on commit drop as ${standings}`);
}

/** What stands otherwise since {@link rememberStandings}: only that leaves the database. */
export async function differences(tx: Database): Promise<Difference[]> {
  const either = (column: SQL): SQL => sql`coalesce(after.${column}, before.${column})`;
  const rows = await selectRecords<Difference>(
    tx,
    sql`select ${either(sql`id`)} as id, row_to_json(before) as before, row_to_json(after) as after
      from standings_before before full join (${standings}) after on after.id = before.id
      where row_to_json(before)::text is distinct from row_to_json(after)::text
      order by ${either(sql`state`)}, ${either(sql`agency`)} collate "C", ${either(sql`model`)}, ${either(sql`ordinal`)}`,
  );
  return rows.map(({ id, before, after }) => ({ id, before: readStanding(before), after: readStanding(after) }));
}

const readStanding = (standing: Standing | null): Standing | null =>
  standing && {
    ...standing,
    firstListedAt: standing.firstListedAt === null ? null : isoInstant(standing.firstListedAt),
  };

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
  if (after.status !== 'ACTIVE') return byStatus[after.status] ?? 'CORRECTED';
  // Signed at last: that is an addition, as in the log.
  return before.status === 'PENDING' || before.status === 'WITHDRAWN' ? 'ADDED' : 'RESTORED';
}

const compared = ['status', 'signedOn', 'endedOn', 'memorandum', 'firstListedAt', 'state'] as const;

function fieldsOf(before: Standing | null, after: Standing | null): FieldChange[] {
  const fields = compared.flatMap((field): FieldChange[] => {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    const isNamed = field === 'state' && (before === null || after === null);
    return was === is || isNamed ? [] : [{ field, before: was, after: is }];
  });
  if (before === null || after === null || before.agencyId === after.agencyId) return fields;
  return [...fields, { field: 'agency', before: before.agency, after: after.agency }];
}
