/**
 * The embedded database. A new data directory appears whole or not at all: it is copied (or made by initdb, which
 * takes seconds) beside its place and renamed into it.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { ExclusiveSession, OpenDatabase, PgliteConfig } from './open.ts';
import { emptyDatabaseDirectory } from './package-root.ts';
import { copyPrivately } from './private-files.ts';
import { wordSimilarityThreshold } from './session-settings.ts';

export async function openPglite(config: PgliteConfig): Promise<OpenDatabase> {
  await createDataDirectory(config.directory);
  const client = await startPglite(config.directory);
  await client.exec(`set ${wordSimilarityThreshold.name} = ${wordSimilarityThreshold.value}`);
  const db = drizzle(client, config.logger === undefined ? {} : { logger: config.logger });
  const session: ExclusiveSession = {
    db,
    applyMigrations: (folder) => migrate(db, { migrationsFolder: folder }),
  };
  let closing: Promise<void> | undefined;
  return {
    db,
    prepare: (query, kept) => {
      const rows = (read: unknown[][]): unknown[][] => read;
      const statement = db._.session.prepareQuery(query, undefined, kept ? 'kept' : undefined, true, rows);
      return (values) => statement.execute(values) as Promise<unknown[][]>;
    },
    kind: 'pglite',
    listen: (channel, wake) => client.listen(channel, wake),
    // One process, one connection: the directory lock already keeps everybody else out.
    exclusively: (_lock, work) => work(session),
    // It lives in this process: it may be busy with a long transaction, for which queries wait, but never away.
    ping: async () => {
      if (client.closed) throw new Error('The embedded database is closed.');
    },
    close: () => {
      closing ??= client.close();
      return closing;
    },
  };
}

async function createDataDirectory(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(dirname(directory), { recursive: true });
  const empty = emptyDatabaseDirectory();
  if (existsSync(empty)) {
    await copyPrivately(empty, unfinished);
  } else {
    await (await startPglite(unfinished)).close();
  }
  await rename(unfinished, directory);
}

/** Contrib extensions must be named on opening, whether or not the database uses them yet. */
async function startPglite(directory: string): Promise<PGlite> {
  const client = new PoliteDatabase({ dataDir: directory, extensions: { pg_trgm } });
  await client.waitReady;
  return client;
}

/**
 * Its statements run on this thread and resolve without a turn of the event loop, so an ingest of thousands would
 * keep health checks, signals and clients waiting until it ends.
 */
class PoliteDatabase extends PGlite {
  #hadTurnAt = performance.now();

  override async execProtocolRaw(...given: Parameters<PGlite['execProtocolRaw']>): Promise<Uint8Array> {
    if (performance.now() - this.#hadTurnAt > TURN_MILLISECONDS) {
      await setImmediate();
      this.#hadTurnAt = performance.now();
    }
    return super.execProtocolRaw(...given);
  }
}

const TURN_MILLISECONDS = 10;
