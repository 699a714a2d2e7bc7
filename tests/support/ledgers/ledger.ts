/** A ledger in a test database: filled with lists, emptied, and told as what the world may compare. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../../src/database/database.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { type Applied, applyList } from '../../../src/ledger/apply/apply.ts';
import { arrival, type ListGiven } from '../lists/lists.ts';

export const ingest = (db: Database, list: ListGiven, backfill = false): Promise<Applied> =>
  applyList(db, arrival(list), { backfill });

/** What holds a ledger, but for the row that says which one it is: what refers to others before those. */
export const tables = [
  ...['standing_counts', 'standing_changes', 'ledger_events', 'listings', 'agreements', 'agency_slugs', 'agency_names'],
  ...['agencies', 'decisions', 'review_items', 'row_issues', 'snapshot_rows', 'source_rows', 'snapshots'],
  ...['original_pieces', 'originals'],
];

/** Up to here deleting rows takes a tenth of the time that truncating takes for so many files. */
const FEW_BYTES = 2_000_000;

/** Back to an empty ledger of the same epoch. */
export async function emptyLedger(db: Database): Promise<void> {
  const sizes = tables.map((table) => `pg_table_size('${table}')`).join(' + ');
  const [size] = await selectRecords<{ bytes: number }>(db, sql.raw(`select ${sizes} as bytes`));
  if (size === undefined || size.bytes > FEW_BYTES) {
    await db.execute(sql.raw(`truncate ${tables.join(', ')} restart identity`));
  } else {
    // In one statement, at whose end all references are gone.
    const deletions = tables.map((table) => `${table}_gone as (delete from ${table})`).join(', ');
    await db.execute(
      sql.raw(
        `with ${deletions} select setval('snapshots_number_seq', 1, false), setval('source_rows_id_seq', 1, false)`,
      ),
    );
  }
  await db.execute(sql`update ledger set last_sequence = 0, revision = 0`);
}

/** Agencies, agreements and their states: what no order of arrival may change. */
export async function conclusions(db: Database): Promise<unknown> {
  const agreements = await selectRecords(
    db,
    sql`select agency.place_code, agency.name, agency.key, agency.slug, agency.type, agency.county_fips,
      agency.first_listed_at as agency_first, agreement.model, agreement.ordinal, agreement.status,
      agreement.signed_on, agreement.first_listed_at, agreement.first_listed_is_lower_bound, agreement.last_listed_at,
      agreement.unlisted_at, agreement.ended_on, agreement.pending_first_listed_at, agreement.pending_unlisted_at,
      agreement.memorandum_url, agreement.addendum_urls,
      (select json_agg(json_build_array(kind, listed_at, unlisted_at) order by kind, listed_at) from listings
        where agreement_id = agreement.id) as listings
      from agreements agreement join agencies agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null
      order by agency.place_code, agency.key, agreement.model, agreement.ordinal`,
  );
  const names = await selectRecords(
    db,
    sql`select name.place_code, name.name_key, agency.key, name.first_listed_at from agency_names name
      join agencies agency on agency.id = name.agency_id order by 1, 2`,
  );
  return { agreements, names };
}

export interface Identities {
  agreements: unknown;
  agencies: { id: string; slug: string; merged_into: string | null }[];
  conclusions: unknown;
}

/** Ids too: what must agree when the order of arrival is the same. */
export async function identities(db: Database): Promise<Identities> {
  const agreements = await selectRecords(
    db,
    sql`select id, agency_id, model, ordinal, supersedes from agreements where derived order by id`,
  );
  const agencies = await selectRecords<Identities['agencies'][number]>(
    db,
    sql`select id, slug, merged_into from agencies order by id`,
  );
  return { agreements, agencies, conclusions: await conclusions(db) };
}

export interface LoggedLine {
  sequence: number;
  id: string;
  kind: string;
  backfill: boolean;
  provisional: boolean;
  summary: string;
  retracts: string | null;
}

/** The log from its beginning. */
export const log = (db: Database): Promise<LoggedLine[]> =>
  selectRecords(
    db,
    sql`select sequence, id, kind, backfill, provisional, summary, retracts from ledger_events order by sequence`,
  );

/** `AGREEMENT_ADDED live`, `AGREEMENT_ENDED history`, … */
export const tell = (lines: readonly LoggedLine[]): string[] =>
  lines.map(({ kind, backfill }) => `${kind} ${backfill ? 'history' : 'live'}`);

/** The counts that every write keeps in step. */
export async function keptCounts(db: Database): Promise<unknown> {
  const counts = await selectRecords(db, sql`select * from standing_counts order by 1, 2, 3`);
  const changes = await selectRecords(db, sql`select * from standing_changes order by 1, 2, 3, 4, 5, 6`);
  return { counts, changes };
}
