/**
 * A ledger that this process owns, as a server would: commands speak with it through its control socket, and none of
 * them opens a database of its own. On a PostgreSQL server they open it, as they always do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControlServer } from '../../../src/operations/control/server.ts';
import { createOperationsOf } from '../../../src/operations/create-operations.ts';
import { openTestDatabase, type TestDatabase } from '../databases/test-database.ts';
import { type Settings, settingsOf } from './program.ts';

export interface ServedLedger extends AsyncDisposable {
  settings: Settings;
  database: TestDatabase;
}

export async function servedLedger(): Promise<ServedLedger> {
  const database = await openTestDatabase();
  if (database.kind === 'postgres')
    return { settings: settingsOf(database.config), database, [Symbol.asyncDispose]: database.close };
  const data = await mkdtemp(join(tmpdir(), 'accord287-served-'));
  const server = await startControlServer(join(data, 'real'), createOperationsOf(database));
  return {
    ...{ settings: { DATA_DIR: data, SAMPLE: 'false' }, database },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await database.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
