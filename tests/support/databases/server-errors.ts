/** What PostgreSQL has logged as an error of one database, from the log of the cluster that is made for a run. */
import type postgres from 'postgres';
import { inject } from 'vitest';
import type { DatabaseConfig } from '../../../src/database/database.ts';
import { administer } from '../run/global-setup.ts';

/** Each error with its statement. Null where the database is embedded, or on a server whose log is elsewhere. */
export async function serverErrors(config: DatabaseConfig): Promise<string[] | null> {
  const template = inject('template');
  if (template.kind !== 'postgres' || config.kind !== 'postgres') return null;
  const name = new URL(config.url).pathname.slice(1);
  const [row] = await administer(
    template.adminUrl,
    (admin: postgres.Sql) => admin<{ text: string | null }[]>`
      select pg_read_file(current_setting('data_directory') || '/../log', 0, 1000000000, true) as text`,
  );
  const lines = row?.text?.split('\n');
  if (lines === undefined) return null;
  return lines.flatMap((line, index) =>
    new RegExp(` ${name} (ERROR|FATAL|PANIC):`).test(line) ? [`${line} ${lines[index + 1]}`] : [],
  );
}
