/**
 * Keeps the counts in step with what is written: the agencies that a write touches are taken out of them before it
 * and put in again after it, both times by the definition in `database/standing.ts`. So they cannot drift, whatever
 * the write was for.
 */
import { type SQL, sql } from 'drizzle-orm';
import { standingChanges, standingCounts } from '../../../../schema/tables/counts.ts';
import type { Transaction } from '../../../database/database.ts';
import { changesOfStanding, standingsNow } from '../../../database/standing.ts';

/** Does `write`, and moves the counts of these agencies from what they were to what they are. */
export async function keepingCounts(
  tx: Transaction,
  agencyIds: { before: readonly string[]; after: readonly string[] },
  write: () => Promise<void>,
): Promise<void> {
  await move(tx, agencyIds.before, 'out');
  await write();
  await move(tx, agencyIds.after, 'in');
  if (agencyIds.before.length > 0) await dropEmpty(tx);
}

/** Counts everything anew. For a ledger whose rows were not written by `ledger/apply`. */
export async function recount(tx: Transaction): Promise<void> {
  await tx.delete(standingCounts);
  await tx.delete(standingChanges);
  await add(tx, sql`true`, 'in');
}

async function move(tx: Transaction, agencyIds: readonly string[], direction: 'in' | 'out'): Promise<void> {
  if (agencyIds.length === 0) return;
  const ids = JSON.stringify(agencyIds);
  const chosen = sql`agency.id in (select id::uuid from jsonb_array_elements_text(${ids}::text::jsonb) as given(id))`;
  await add(tx, chosen, direction);
}

async function add(tx: Transaction, chosen: SQL, direction: 'in' | 'out'): Promise<void> {
  const agencies = direction === 'in' ? sql`agencies` : sql`-agencies`;
  await tx.execute(sql`insert into ${standingCounts} as kept (place_code, agency_type, standing, agencies)
    select place_code, agency_type, standing, ${agencies} from (${standingsNow(chosen)}) counted
    on conflict on constraint standing_counts_key do update set agencies = kept.agencies + excluded.agencies`);
  await tx.execute(sql`insert into ${standingChanges} as kept
      (basis, at, place_code, agency_type, standing_before, standing_after, agencies)
    select basis, at, place_code, agency_type, standing_before, standing_after, ${agencies}
    from (${changesOfStanding(chosen)}) counted
    on conflict on constraint standing_changes_key do update set agencies = kept.agencies + excluded.agencies`);
}

async function dropEmpty(tx: Transaction): Promise<void> {
  await tx.delete(standingCounts).where(sql`agencies = 0`);
  await tx.delete(standingChanges).where(sql`agencies = 0`);
}
