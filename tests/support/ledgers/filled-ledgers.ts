/**
 * Ledgers that take long to fill: of the whole archive, ingested as an operator would, and of the sample. They are kept
 * until a file changes that takes part in them: a source that fills them, a migration, a package, a list. A server gets
 * the rows of the embedded one, which it must conclude alike; in long runs it is filled as the embedded one is.
 */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import type { IngestReport } from '../../../src/operations/operations.ts';
import { fillSampleLedger } from '../../../src/operations/sample/fill-sample.ts';
import { migrationsFolder } from '../../../src/package-root.ts';
import { openTestDatabase, type TestDatabase } from '../databases/test-database.ts';
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
  const { database, told: report } = await openFilled('real-ledger', {
    ...{ sample: false, behind: [...filesBehind('src/operations/create-operations.ts'), ...lists] },
    fill: (database) => createOperations(database).ingest({ paths: lists }),
  });
  return { database, report };
}

/** Its own copy for who asks, as the first start of a server fills it. */
export async function openSampleLedger(): Promise<TestDatabase> {
  const { database } = await openFilled('sample-ledger', {
    ...{ sample: true, behind: filesBehind('src/operations/sample/fill-sample.ts') },
    fill: fillSampleLedger,
  });
  return database;
}

interface Filling<Told> {
  sample: boolean;
  /** The files that `fill` is made of, and reads. */
  behind: readonly string[];
  /** What it answers is kept as JSON. */
  fill(database: OpenDatabase): Promise<Told>;
}

async function openFilled<Told>(
  name: string,
  { sample, behind, fill }: Filling<Told>,
): Promise<{ database: TestDatabase; told: Told }> {
  if (isLong && inject('template').kind === 'postgres') {
    const database = await openTestDatabase({ sample });
    return { database, told: await fill(database) };
  }
  const folder = await keptFolder(name, [...behind, ...ofEveryLedger()], async (folder) => {
    const directory = join(folder, 'ledger');
    const database = await openDatabase({ kind: 'pglite', directory });
    await migrateDatabase(database, { rulesVersion: RULES_VERSION, sample });
    const told = await fill(database);
    await database.close();
    await writeFile(join(folder, 'told.json'), JSON.stringify(told ?? null));
  });
  const database = await openTestDatabase({ sample, copyOf: join(folder, 'ledger') });
  // Written above.
  const told = JSON.parse(await readFile(join(folder, 'told.json'), 'utf8')) as Told;
  return { database, told };
}

/** Not in the order of publication, which ingest finds by itself. */
const realLists = (archive: string): string[] =>
  ['participating', 'pending', 'web-table']
    .flatMap((folder) => readdirSync(join(archive, folder)).map((name) => join(archive, folder, name)))
    .reverse();

const ofEveryLedger = (): string[] => [
  ...filesBehind('src/database/migrate.ts', 'src/database/open.ts'),
  ...filesIn(migrationsFolder()),
];
