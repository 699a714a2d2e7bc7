/**
 * A database for one run of a bench: on a private PostgreSQL cluster made from the binaries installed here, or on
 * the server of `BENCH_DATABASE_URL`, where a new database is created and dropped again. The private cluster runs
 * without fsync for all servers that are compared; only ratios of one run are worth quoting.
 */
import postgres from 'postgres';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/open.ts';
import { RULES_VERSION } from '../../src/ledger/derive/rules-version.ts';
import { startCluster } from '../../tests/support/databases/postgres-cluster.ts';
import { administer, databaseUrl } from '../../tests/support/run/global-setup.ts';

export interface BenchServer extends AsyncDisposable {
  /** Returns the URL of a new, migrated, empty ledger. */
  createLedger(name: string): Promise<string>;
}

export async function openBenchServer(): Promise<BenchServer> {
  const given = process.env.BENCH_DATABASE_URL;
  const cluster = given ? null : await startCluster();
  const adminUrl = given || (cluster?.url ?? '');
  const created: string[] = [];
  return {
    createLedger: async (name) => {
      const database = `accord287_bench_${process.pid}_${name}`;
      created.push(database);
      return createLedger(adminUrl, database);
    },
    [Symbol.asyncDispose]: async () => {
      if (cluster !== null) return cluster.stop();
      await administer(adminUrl, async (admin) => {
        for (const name of created) await admin`drop database if exists ${admin(name)} with (force)`;
      });
    },
  };
}

/** Returns the URL of a new, migrated, empty ledger in a database of this name. */
export async function createLedger(adminUrl: string, name: string): Promise<string> {
  await administer(adminUrl, (admin) => admin`create database ${admin(name)}`);
  const url = databaseUrl(adminUrl, name);
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    await migrateDatabase(database, { rulesVersion: RULES_VERSION, sample: false });
  } finally {
    await database.close();
  }
  return url;
}

/** A plain connection of the bench itself, without the program's limits. */
export function connect(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}
