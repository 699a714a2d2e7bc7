/**
 * A real database for one test file: a clone of the run's migrated template, embedded or on a server, thrown away
 * at the end. `await using ledger = await openTestDatabase()`.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { DatabaseConfig, OpenDatabase } from '../../../src/database/database.ts';
import { type LedgerIdentity, migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { administer, copyTemplate, databaseUrl } from '../run/global-setup.ts';
import { copyLedger } from './copied-ledger.ts';
import { type EmbeddedClone, lendEmbedded } from './reused-embedded.ts';
import { StatementRecorder } from './statement-recorder.ts';

export interface TestDatabase extends OpenDatabase, AsyncDisposable {
  ledger: LedgerIdentity;
  /** Every statement that drizzle sent, and a way to see those of one piece of work. */
  statements: StatementRecorder;
  /** How a second connection or a child process opens the same database (PGlite: only after closing this one). */
  config: DatabaseConfig;
}

export interface TestLedger {
  rulesVersion?: number;
  sample?: boolean;
  /** The directory of an embedded database to begin with, instead of an empty one. */
  copyOf?: string;
}

export async function openTestDatabase(created: TestLedger = {}): Promise<TestDatabase> {
  const statements = new StatementRecorder();
  const { config, giveBack, remove } = await borrowClone(created.copyOf);
  const database = await openDatabase({ ...config, logger: statements });
  const ledger = await migrateDatabase(database, {
    rulesVersion: created.rulesVersion ?? RULES_VERSION,
    sample: created.sample ?? false,
  });
  let isAsked = false;
  const close = async (): Promise<void> => {
    // Somebody else may have opened it, or changed its files.
    if (!isAsked) giveBack();
    await database.close();
    await remove();
  };
  return {
    ...{ ...database, ledger, statements, close, [Symbol.asyncDispose]: close },
    get config() {
      isAsked = true;
      return config;
    },
  };
}

/** To be filled by one test; an embedded one may be what another has emptied. */
async function borrowClone(copyOf: string | undefined): Promise<Clone & { giveBack(): void }> {
  const template = inject('template');
  if (copyOf === undefined && template.kind === 'pglite') return lendEmbedded(() => copyEmbedded(template.directory));
  return { ...(await cloneTemplate(copyOf)), giveBack: () => {} };
}

interface Clone {
  config: DatabaseConfig;
  remove(): Promise<void>;
}

/** A migrated database that nobody has opened yet: empty, or a copy of this embedded one. */
export async function cloneTemplate(copyOf?: string): Promise<Clone> {
  const template = inject('template');
  if (template.kind === 'pglite') return copyEmbedded(copyOf ?? template.directory);
  const name = template.database.replace(/template$/, randomUUID().replaceAll('-', ''));
  await administer(
    template.adminUrl,
    (admin) => admin`create database ${admin(name)} template ${admin(template.database)}`,
  );
  if (copyOf !== undefined) {
    const { config, remove } = await copyEmbedded(copyOf);
    await copyLedger(config.directory, databaseUrl(template.adminUrl, name)).finally(remove);
  }
  return {
    config: { kind: 'postgres', url: databaseUrl(template.client.url, name), pooled: template.client.pooled },
    remove: async () => {
      await administer(template.adminUrl, (admin) => admin`drop database if exists ${admin(name)} with (force)`);
    },
  };
}

async function copyEmbedded(original: string): Promise<EmbeddedClone> {
  const parent = await mkdtemp(join(tmpdir(), 'accord287-clone-'));
  const directory = join(parent, 'real');
  copyTemplate(original, directory);
  return {
    // A machine that runs other tests too may take long for what a test does between its transactions.
    config: { kind: 'pglite', directory, statementMilliseconds: 60_000 },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
