/**
 * Ledgers that take long to fill: of the whole archive, ingested as an operator would, and of the sample. They are kept
 * until a file changes that takes part in them: a source that fills them, a migration, a package, a list. A PostgreSQL
 * server gets the rows of the embedded one, which it must conclude alike; in long runs it is filled by the lists.
 */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, vi } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { IngestReport } from '../../../src/operations/operations.ts';
import { fillSampleLedger } from '../../../src/operations/sample/fill-sample.ts';
import { migrationsFolder } from '../../../src/package-root.ts';
import { openTestDatabase, type TestDatabase } from '../databases/test-database.ts';
import { startServer } from '../processes/program.ts';
import { filesBehind, filesIn } from '../repository/source-files.ts';
import { keptFolder } from '../run/kept-work.ts';
import { isLong } from '../run/long-tests.ts';

export interface RealLedger {
  database: TestDatabase;
  /** Of the one ingest that filled it. */
  report: IngestReport;
}

/** Its own copy for who asks. Takes minutes where nothing is kept. */
export async function openRealLedger(archive: string): Promise<RealLedger> {
  const lists = realLists(archive);
  const fill = (database: OpenDatabase): Promise<IngestReport> => createOperations(database).ingest({ paths: lists });
  if (isFilledAnew()) {
    const database = await openTestDatabase();
    return { database, report: await fill(database) };
  }
  const programs = ['src/database/migrate.ts', 'src/database/open.ts', 'src/operations/create-operations.ts'];
  const behind = [...filesBehind(...programs), ...filesIn(migrationsFolder()), ...lists];
  const folder = await keptFolder('real-ledger', behind, async (folder) => {
    const database = await openDatabase({ kind: 'pglite', directory: join(folder, 'ledger') });
    await migrateDatabase(database, { rulesVersion: RULES_VERSION, sample: false });
    const report = await fill(database);
    await database.close();
    await writeFile(join(folder, 'told.json'), JSON.stringify(report));
  });
  const database = await openTestDatabase({ copyOf: join(folder, 'ledger') });
  // Written above.
  const report = JSON.parse(await readFile(join(folder, 'told.json'), 'utf8')) as IngestReport;
  return { database, report };
}

/** Its own copy for who asks. */
export async function openSampleLedger(): Promise<TestDatabase> {
  if (!isFilledAnew()) return openTestDatabase({ sample: true, copyOf: await keptSampleLedger() });
  const database = await openTestDatabase({ sample: true });
  await fillSampleLedger(database);
  return database;
}

/** A folder to be copied: the ledger that the first start of a server has made and filled, which has ended since. */
export async function keptSampleLedger(): Promise<string> {
  const behind = [...filesBehind('src/main.ts', 'build.mjs'), ...filesIn(migrationsFolder())];
  const folder = await keptFolder('sample-ledger', behind, async (folder) => {
    await using server = await startServer({ DATA_DIR: folder });
    // Also from the set-up of a file, where expect.poll may not be.
    const filled = expect.objectContaining({ msg: 'sample ledger filled' });
    await vi.waitFor(() => expect(server.log).toContainEqual(filled), { timeout: 90_000 });
    server.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });
  return join(folder, 'sample');
}

const isFilledAnew = (): boolean => isLong && inject('template').kind === 'postgres';

/** Not in the order of publication, which ingest finds by itself. */
const realLists = (archive: string): string[] =>
  ['participating', 'pending', 'web-table']
    .flatMap((folder) => readdirSync(join(archive, folder)).map((name) => join(archive, folder, name)))
    .reverse();
