/**
 * What `queries/seed.ts` leaves out: a list for every day on which an agreement was first listed, the printed rows of
 * the newest one, and the counts that an ingest would have kept.
 */
import type postgres from 'postgres';
import { countAnew } from '../database/count-anew.ts';
import { uuidOf } from '../population.ts';

/** Returns the milliseconds that counting everything anew took. */
export async function seedLists(sql: postgres.Sql, url: string): Promise<number> {
  const days = await sql<
    { at: string }[]
  >`select distinct to_char(listed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
    from listings where kind = 'PARTICIPATING' and listed_at not in (select published_at from snapshots)`;
  for (const { at } of days) {
    await sql`insert into snapshots (id, kind, status, published_at, published_at_basis, ingested_at, file_name, sha256,
        table_hash, origin, worksheet, columns, row_count, hidden_row_count, issue_count, hold_reasons, backfill)
      values (${uuidOf(`list ${at}`)}, 'PARTICIPATING', 'ACCEPTED', ${at}, 'GIVEN', ${at}, ${`${at.slice(0, 10)}.xlsx`},
        ${'a'.repeat(64)}, ${`table ${at}`}, 'FILE', 'Sheet1', ${['STATE']}, 0, 0, 0, '[]', true)`;
  }
  await printNewest(sql);
  await sql.unsafe('vacuum analyze');
  return countAnew(url);
}

/** One row for each agreement in force. */
async function printNewest(sql: postgres.Sql): Promise<void> {
  await sql`insert into source_rows (hash, cells, corrections, place_code, agency_name, name_key, model, agency_type)
    select agreement.id::text, jsonb_build_array(
        jsonb_build_object('column', 'STATE', 'text', upper(agreement.place_code), 'link', null),
        jsonb_build_object('column', 'LAW ENFORCEMENT AGENCY', 'text', agency.name, 'link', null),
        jsonb_build_object('column', 'SUPPORT TYPE', 'text', agreement.model, 'link', null)),
      '[]', agreement.place_code, agency.name, agency.name_key, agreement.model, agency.type
    from agreements agreement join agencies agency on agency.id = agreement.agency_id where agreement.status = 'ACTIVE'`;
  await sql`insert into snapshot_rows (snapshot_number, row_number, source_row_id, hidden)
    select (select number from snapshots where kind = 'PARTICIPATING' order by published_at desc limit 1),
      row_number() over (order by id), id, false from source_rows`;
}
