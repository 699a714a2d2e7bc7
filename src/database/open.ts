/**
 * Opens the ledger's database, embedded or on a server, and hides the difference: everything else in the program
 * sees `Database`. Locking the embedded directory is the caller's (`directory-lock.ts`), migrating it too.
 */
import type { DatabaseConfig, OpenDatabase } from './database.ts';
import { openPglite } from './embedded/open-pglite.ts';
import { openPostgres } from './postgres/open-postgres.ts';

export async function openDatabase(config: DatabaseConfig): Promise<OpenDatabase> {
  return config.kind === 'pglite' ? openPglite(config) : openPostgres(config);
}
