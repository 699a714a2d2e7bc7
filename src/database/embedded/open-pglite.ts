/**
 * The embedded database. A new data directory appears whole or not at all: it is copied (or made by initdb, which
 * takes seconds) beside its place and renamed into it.
 */
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import type { Logger } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { emptyDatabaseDirectory } from '../../package-root.ts';
import type { OpenDatabase, PgliteConfig } from '../database.ts';
import { copyPrivately } from '../folder/private-files.ts';
import type { EmbeddedClient } from './client.ts';
import { openEmbedded } from './open-embedded.ts';
import { copyOriginals, createOriginalFiles } from './original-files.ts';
import { createEmbeddedPreparer } from './prepare.ts';
import { startThread } from './start-thread.ts';

export async function openPglite(config: PgliteConfig): Promise<OpenDatabase> {
  await createDataDirectory(config.directory);
  const embedded = await openEmbedded(config);
  return {
    db: drizzleOn(embedded.client, config.logger),
    prepare: createEmbeddedPreparer(embedded.client, config.logger),
    kind: 'pglite',
    originals: createOriginalFiles(config.directory, embedded.requireFolder),
    listen: embedded.listen,
    copyTo: async (folder) => {
      embedded.requireFolder();
      const directory = realpathSync(config.directory);
      await mkdir(folder, { mode: 0o700 });
      await copyOriginals(directory, folder);
      await embedded.hold(() => copyPrivately(directory, folder));
    },
    // One process, one connection: the directory lock already keeps everybody else out.
    changeTables: async (_lock, work) => {
      await drizzleOn(embedded.unlimited, config.logger).transaction(work);
      await embedded.learnTypes();
    },
    // Busy with a long transaction, for which queries wait, is not away; so its thread is not asked.
    ping: async () => {
      embedded.requireFolder();
      embedded.check();
    },
    close: embedded.close,
  };
}

function drizzleOn(client: EmbeddedClient, logger: Logger | undefined) {
  // Of a PGlite the driver calls `query` and `transaction`, in a transaction `query`.
  return drizzle(client as unknown as PGlite, logger === undefined ? {} : { logger });
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
    await (await startThread(unfinished)).close();
  }
  await rename(unfinished, directory);
}
