/** What a stored list says of itself, as `intake/table/list-facts` counts it, from its rows as they are read today. */
import { sql } from 'drizzle-orm';
import { agencyNames } from '../../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../../schema/tables/agreements.ts';
import { rowIssues, snapshotRows, snapshots, sourceRows } from '../../../../schema/tables/snapshots.ts';
import type { Database } from '../../../database/database.ts';
import { selectRecords, valueList } from '../../../database/records.ts';
import { newYorkDay } from '../../../intake/new-york.ts';
import { plausibleYears } from '../../../intake/row/plausible-signed-on.ts';
import { harmlessIssues, type ListFacts } from '../../../intake/table/list-facts.ts';
import type { Publication } from './publication.ts';

/** Rows with an issue that the list before does not print: what this list itself brings. */
export async function ownIssueRows(tx: Database, number: number, before: number): Promise<number> {
  const [counted] = await selectRecords<{ rows: number }>(
    tx,
    sql`select count(distinct issue.row_number)::int as rows from ${rowIssues} issue
      join ${snapshotRows} printed
        on printed.snapshot_number = issue.snapshot_number and printed.row_number = issue.row_number
      where issue.snapshot_number = ${number}::int
        and issue.code::text not in ${valueList(harmlessIssues)}
        and not exists (select 1 from ${snapshotRows} earlier where earlier.snapshot_number = ${before}::int
          and earlier.source_row_id = printed.source_row_id)`,
  );
  return counted?.rows ?? 0;
}

/** How many agreements a pending list shows, and how many of them are in force at its instant. */
export async function pendingRepeats(tx: Database, number: number): Promise<{ rows: number; standing: number }> {
  const [counted] = await selectRecords<{ rows: number; standing: number }>(
    tx,
    // The agreements of what is shown first, then when they stood: not the other way round.
    sql`with printed as materialized (
        select row.place_code, row.name_key, row.model, list.published_at
        from ${snapshots} list
        join ${snapshotRows} printed on printed.snapshot_number = list.number
        join ${sourceRows} row on row.id = printed.source_row_id
        where list.number = ${number}::int and row.model is not null)
      select count(*)::int as rows, count(*) filter (where exists (
        select 1 from (select id from ${agreements} agreement
          where agreement.agency_id = shown.agency_id and agreement.model = shown.model and agreement.derived
          offset 0) agreement
        join ${listings} stretch on stretch.agreement_id = agreement.id
        where stretch.kind = 'PARTICIPATING' and stretch.listed_at <= shown.published_at
          and (stretch.unlisted_at is null or stretch.unlisted_at > shown.published_at)))::int as standing
      from (select distinct name.agency_id, printed.model, printed.published_at from printed
        join ${agencyNames} name on name.place_code = printed.place_code and name.name_key = printed.name_key) shown`,
  );
  return counted ?? { rows: 0, standing: 0 };
}

/** How many rows of a list are signed after a day and not after another, `YYYY-MM-DD`. */
export async function signedBetween(tx: Database, number: number, after: string, until: string): Promise<number> {
  const [counted] = await selectRecords<{ rows: number }>(
    tx,
    sql`select count(*)::int as rows from ${snapshotRows} printed
      join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = ${number}::int and row.signed_on > ${after}::date and row.signed_on <= ${until}::date`,
  );
  return counted?.rows ?? 0;
}

export async function storedFacts(
  tx: Database,
  { number, kind, publishedAt, modifiedAt }: Publication,
): Promise<ListFacts> {
  const day = newYorkDay(publishedAt);
  const years = plausibleYears(publishedAt);
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
          and issue.code::text not in ${valueList(harmlessIssues)}) as "issueRows"
      from ${snapshotRows} printed join ${sourceRows} row on row.id = printed.source_row_id
      where printed.snapshot_number = ${number}::int`,
  );
  if (!counted) throw new Error('a count answered no row');
  return { kind, publishedAt, modifiedAt, ...counted };
}
