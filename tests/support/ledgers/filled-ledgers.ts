/**
 * The ledger of the whole archive, ingested as an operator would. The embedded one is kept until a file changes that
 * takes part in it: a source that ingest imports, a migration, a package, a list.
 */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { IngestReport } from '../../../src/operations/operations.ts';
import { migrationsFolder, packageRoot } from '../../../src/package-root.ts';
import { openTestDatabase, type TestDatabase } from '../databases/test-database.ts';
import { filesBehind } from '../repository/source-files.ts';
import { copyTemplate, setSharedBuffers } from '../run/global-setup.ts';
import { keptFolder } from '../run/kept-work.ts';

export interface RealLedger {
  database: TestDatabase;
  /** Of the one ingest that filled it. */
  report: IngestReport;
}

/** Its own copy for who asks. Takes minutes where nothing is kept. */
export async function openRealLedger(archive: string): Promise<RealLedger> {
  const template = inject('template');
  const lists = realLists(archive);
  if (template.kind === 'postgres') {
    const database = await openTestDatabase();
    return { database, report: await createOperations(database).ingest({ paths: lists }) };
  }
  const folder = await keptFolder('real-ledger', [...sources(), ...lists], async (folder) => {
    const directory = join(folder, 'ledger');
    copyTemplate(template.directory, directory);
    setSharedBuffers(directory, '128MB');
    const database = await openDatabase({ kind: 'pglite', directory });
    await migrateDatabase(database, { rulesVersion: RULES_VERSION, sample: false });
    const report = await createOperations(database).ingest({ paths: lists });
    await database.close();
    await writeFile(join(folder, 'report.json'), JSON.stringify(report));
  });
  const database = await openTestDatabase({ copyOf: join(folder, 'ledger') });
  // Written above.
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as IngestReport;
  return { database, report };
}

/** Not in the order of publication, which ingest finds by itself. */
const realLists = (archive: string): string[] =>
  ['participating', 'pending', 'web-table']
    .flatMap((folder) => readdirSync(join(archive, folder)).map((name) => join(archive, folder, name)))
    .reverse();

function sources(): string[] {
  const migrations = readdirSync(migrationsFolder(), { recursive: true, withFileTypes: true });
  return [
    ...filesBehind('src/operations/create-operations.ts', 'src/database/migrate.ts', 'src/database/open.ts'),
    ...migrations.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)),
    join(packageRoot(), 'package-lock.json'),
  ];
}
