/** What a stored list says of itself, as `intake/list-facts` counts it, from its rows as they are read today. */
import { eq, sql } from 'drizzle-orm';
import { rowIssues, snapshotRows, snapshots, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { selectRecords } from '../../database/records.ts';
import { harmlessIssues, type ListFacts } from '../../intake/list-facts.ts';
import { newYorkDay } from '../../intake/new-york.ts';
import { plausibleYears } from '../../intake/plausible-signed-on.ts';

/** Null where there is no such list, or none that could be read. */
export async function storedFacts(tx: Database, number: number): Promise<ListFacts | null> {
  const { kind, publishedAt, modifiedAt } = snapshots;
  const [list] = await tx.select({ kind, publishedAt, modifiedAt }).from(snapshots).where(eq(snapshots.number, number));
  if (!list || list.kind === null) return null;
  const published = list.publishedAt.toISOString();
  const day = newYorkDay(published);
  const years = plausibleYears(published);
  const harmless = JSON.stringify(harmlessIssues);
  const [counted] = await selectRecords<Omit<ListFacts, 'kind' | 'publishedAt' | 'modifiedAt'>>(
    tx,
    sql`select count(*)::int as "rowCount",
      count(*) filter (where row.place_code is null or row.name_key is null or row.model is null)::int
        as "unreadableRows",
      count(*) filter (where row.signed_on > ${day}::date and row.signed_on <= ${years.last}::date)::int
        as "signedAfter",
      (max(row.signed_on) filter (where row.signed_on between ${years.first}::date and ${day}::date))::text
        as "newestSignedOn",
      (select count(distinct issue.row_number)::int from ${rowIssues} issue
        where issue.snapshot_number = ${number}::int
          and issue.code::text not in (select jsonb_array_elements_text(${harmless}::text::jsonb))) as "issueRows"
      from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = ${number}::int`,
  );
  if (!counted) throw new Error('a count answered no row');
  return {
    ...{ kind: list.kind, publishedAt: published },
    modifiedAt: list.modifiedAt?.toISOString() ?? null,
    ...counted,
  };
}
