/** The rows of an embedded ledger in a database on a server, as they are: what filling it there would take minutes for. */
import { once } from 'node:events';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import type postgres from 'postgres';
import { administer } from '../run/global-setup.ts';

/** Of the tables' columns those that are stored as given. */
const storedColumns = `select column_name as name from information_schema.columns
  where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`;
const tablesOf = `select table_name as name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
/** Each sequence goes on after what was copied. */
const sequencesOf = `select pg_get_serial_sequence(quote_ident(table_name), column_name) as sequence,
    table_name as "table", column_name as "column" from information_schema.columns
  where table_schema = 'public' and is_identity = 'YES'`;

/** `url` is a superuser's, of a database with the same migrations; what is in it is replaced. */
export async function copyLedger(directory: string, url: string): Promise<void> {
  const embedded = await PGlite.create({ dataDir: directory, extensions: { pg_trgm } });
  try {
    await administer(url, async (admin) => {
      // Neither triggers nor references are asked: what is copied has been through them.
      await admin`set session_replication_role = replica`;
      const tables = (await embedded.query<{ name: string }>(tablesOf)).rows.map(({ name }) => name);
      await admin`truncate ${admin(tables)}`;
      for (const table of tables) {
        const { rows } = await embedded.query<{ name: string }>(storedColumns, [table]);
        const columns = rows.map(({ name }) => name);
        await copyTable(embedded, admin, table, columns);
      }
      for (const { sequence, table, column } of await admin.unsafe(sequencesOf)) {
        await admin`select setval(${sequence}, (select coalesce(max(${admin(column)}), 0) + 1 from ${admin(table)}), false)`;
      }
    });
  } finally {
    await embedded.close();
  }
}

async function copyTable(
  embedded: PGlite,
  admin: postgres.Sql,
  table: string,
  columns: readonly string[],
): Promise<void> {
  const list = columns.map((column) => `"${column}"`).join(', ');
  const { blob } = await embedded.query(`copy "${table}" (${list}) to '/dev/blob'`);
  // The table is empty.
  if (blob === undefined) return;
  const target = await admin`copy ${admin(table)} (${admin([...columns])}) from stdin`.writable();
  target.end(Buffer.from(await blob.arrayBuffer()));
  await once(target, 'finish');
}
