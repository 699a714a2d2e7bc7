/**
 * Keeps the counts in step with what is written: what the agencies that a write touches count for is read before it and
 * after it, both times by the definition in `database/standing.ts`, and the difference is added. So they cannot drift,
 * whatever the write was for.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { AgencyType, TimelineBasis } from '../../../../schema/enums.ts';
import { standingChanges, standingCounts } from '../../../../schema/tables/counts.ts';
import type { Transaction } from '../../../database/database.ts';
import { selectRecords, valueList } from '../../../database/records.ts';
import { changesOfStanding, standingsNow } from '../../../database/standing.ts';

/** Does `write`, and moves the counts of these agencies from what they were to what they are. */
export async function keepingCounts(
  tx: Transaction,
  agencyIds: { before: readonly string[]; after: readonly string[] },
  write: () => Promise<void>,
): Promise<void> {
  const before = await countsOf(tx, agencyIds.before);
  await write();
  await add(tx, differences(before, await countsOf(tx, agencyIds.after)));
}

/** Counts everything anew. For a ledger whose rows were not written by `ledger/apply`. */
export async function recount(tx: Transaction): Promise<void> {
  await tx.delete(standingCounts);
  await tx.delete(standingChanges);
  await tx.execute(sql`insert into ${standingCounts} (place_code, agency_type, standing, agencies)
    ${standingsNow(sql`true`)}`);
  await tx.execute(sql`insert into ${standingChanges}
      (basis, at, place_code, agency_type, standing_before, standing_after, agencies)
    ${changesOfStanding(sql`true`)}`);
}

/** A row of `standing_changes`, or one of `standing_counts` under the same names. */
interface Counted {
  /** Null, like `at` and `before`, for how agencies stand now. */
  basis: TimelineBasis | null;
  at: string | null;
  placeCode: string;
  agencyType: AgencyType | null;
  before: number | null;
  standing: number;
  agencies: number;
}

async function countsOf(tx: Transaction, agencyIds: readonly string[]): Promise<Counted[]> {
  if (agencyIds.length === 0) return [];
  const chosen = sql`agency.id in ${valueList(agencyIds, 'uuid')}`;
  return selectRecords(
    tx,
    sql`select null as basis, null::timestamptz as at, place_code as "placeCode", agency_type as "agencyType",
        null::smallint as before, standing, agencies from (${standingsNow(chosen)}) now
      union all
      select basis::text, at, place_code, agency_type, standing_before, standing_after, agencies
        from (${changesOfStanding(chosen)}) changes`,
  );
}

/** Rows with how many agencies more or fewer there are. */
function differences(before: readonly Counted[], after: readonly Counted[]): Counted[] {
  const sums = new Map<string, Counted>();
  const sides = [before.map((each) => ({ ...each, agencies: -each.agencies })), after];
  for (const { agencies, ...key } of sides.flat()) {
    const name = JSON.stringify(key);
    sums.set(name, { ...key, agencies: (sums.get(name)?.agencies ?? 0) + agencies });
  }
  return [...sums.values()].filter(({ agencies }) => agencies !== 0);
}

async function add(tx: Transaction, changed: readonly Counted[]): Promise<void> {
  const [now, changes] = [changed.filter(({ basis }) => basis === null), changed.filter(({ basis }) => basis !== null)];
  if (now.length > 0) {
    await tx.execute(sql`insert into ${standingCounts} as kept (place_code, agency_type, standing, agencies)
      select "placeCode", "agencyType", standing, agencies from ${recordsOf(now)}
      on conflict on constraint standing_counts_key do update set agencies = kept.agencies + excluded.agencies`);
  }
  if (changes.length > 0) {
    await tx.execute(sql`insert into ${standingChanges} as kept
        (basis, at, place_code, agency_type, standing_before, standing_after, agencies)
      select basis, at, "placeCode", "agencyType", before, standing, agencies from ${recordsOf(changes)}
      on conflict on constraint standing_changes_key do update set agencies = kept.agencies + excluded.agencies`);
  }
  const isLess = ({ agencies }: Counted): boolean => agencies < 0;
  if (now.some(isLess)) await tx.delete(standingCounts).where(sql`agencies = 0`);
  if (changes.some(isLess)) await tx.delete(standingChanges).where(sql`agencies = 0`);
}

const recordsOf = (rows: readonly Counted[]): SQL =>
  sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as given(basis timeline_basis, at timestamptz,
    "placeCode" text, "agencyType" agency_type, before smallint, standing smallint, agencies int)`;
