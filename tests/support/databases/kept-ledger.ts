/** A ledger as a backup keeps it, and put back as a restore does, with its log under a new epoch: in moments, for tests. */
import { getTableName, sql } from 'drizzle-orm';
import { ledger } from '../../../schema/tables/ledger.ts';
import type { Database } from '../../../src/database/database.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { emptyLedger, tables } from '../ledgers/ledger.ts';

/** The rows of each table as JSON. */
export type KeptLedger = ReadonlyMap<string, string>;

const counters = getTableName(ledger);

export async function keepLedger(db: Database): Promise<KeptLedger> {
  const kept = new Map<string, string>();
  for (const table of [...tables, counters]) {
    const [rows] = await selectRecords<{ json: string }>(
      db,
      sql`select coalesce(json_agg(one), '[]')::text as json from ${sql.identifier(table)} one`,
    );
    kept.set(table, rows?.json ?? '[]');
  }
  return kept;
}

export async function restoreLedger(db: Database, kept: KeptLedger): Promise<void> {
  await emptyLedger(db);
  await inTransaction(db, async (tx) => {
    for (const table of tables.toReversed()) await insertAll(tx, table, kept.get(table) ?? '[]');
    const before = sql`json_populate_recordset(null::${sql.identifier(counters)}, ${kept.get(counters)}::text::json)`;
    await tx.execute(sql`update ledger set last_sequence = kept.last_sequence, revision = kept.revision,
      epoch = gen_random_uuid() from ${before} kept`);
    await tx.execute(sql`select setval('snapshots_number_seq', coalesce(max(number), 0) + 1, false) from snapshots`);
    await tx.execute(sql`select setval('source_rows_id_seq', coalesce(max(id), 0) + 1, false) from source_rows`);
  });
}

/** In their order, since the hash of an event is that of the one before it and its own. */
async function insertAll(tx: Database, table: string, json: string): Promise<void> {
  const columns = await selectRecords<{ name: string }>(
    tx,
    sql`select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`,
  );
  const names = sql.join(
    columns.map(({ name }) => sql.identifier(name)),
    sql`, `,
  );
  const order = table === 'ledger_events' ? sql`order by sequence` : sql``;
  await tx.execute(sql`insert into ${sql.identifier(table)} (${names}) overriding system value
    select ${names} from json_populate_recordset(null::${sql.identifier(table)}, ${json}::text::json) ${order}`);
}
