/** What an act changes: the standings before it beside those after it. */
import { type SQL, sql } from 'drizzle-orm';
import { agencies } from '../../../schema/tables/agencies.ts';
import { agreements } from '../../../schema/tables/agreements.ts';
import type { Difference, Standing } from '../../analysis/plan.ts';
import type { Database } from '../../database/database.ts';
import { isoInstant, selectRecords } from '../../database/records.ts';

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
