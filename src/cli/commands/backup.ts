/** `accord287 backup` and `accord287 restore`: a ledger in one file, while a server runs, and back. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, environmentWith, loadConfig } from '../../config.ts';
import { type BackupReport, LedgerBusy } from '../../database/backup/backup-report.ts';
import { backUpEmbedded, copyPath, restoreEmbedded } from '../../database/backup/embedded-backup.ts';
import { backUpPostgres, restorePostgres } from '../../database/backup/postgres-backup.ts';
import { realLedger } from '../../database/folder/ledger-directory.ts';
import { NoLedger } from '../../database/open-ledger.ts';
import { connectOperations, findControlServer } from '../../operations/control/client.ts';
import { describeFailure } from '../../operations/describe-failure.ts';
import type { BackupNote } from '../../operations/operations.ts';
import { UsageError } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printNote } from '../output/print.ts';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('write the whole ledger to one file, read back before it takes its place; a server may run')
    .argument('<file>', 'where to; an older backup of that name is replaced')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const config = loadConfig();
      const path = resolve(file);
      const report = await noted(config, path, () => backUp(config, path));
      print(`Backed up to ${path}`, report, options);
    });
  program
    .command('restore')
    .description(
      'put a backup where no ledger is; every cursor from before is refused from then on, and keys hold as they did then',
    )
    .argument('<file>', 'what "accord287 backup" wrote')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { database } = loadConfig();
      const path = resolve(file);
      const report =
        database.kind === 'postgres'
          ? await restorePostgres({ url: database.url, environment: environmentWith }, path)
          : await restoreEmbedded(path, realLedger(database.dataDir).directory);
      print(`Restored from ${path}`, report, options);
      if (options.json !== true) {
        printNote('Start the server; watchers query again once. Keys hold as they did when the backup was made: see');
        printNote('"accord287 key list", and revoke again what was revoked since.');
      }
    });
}

async function backUp({ database }: Config, file: string): Promise<BackupReport> {
  if (database.kind === 'postgres') return backUpPostgres({ url: database.url, environment: environmentWith }, file);
  const { directory } = realLedger(database.dataDir);
  const socket = await findControlServer(directory);
  const copy = socket === null ? null : () => connectOperations(socket).copyLedger(copyPath(directory));
  return backUpEmbedded(directory, file, copy);
}

/** The ledger remembers how it ended, if it can be reached: a backup that fails each night must be noticed. */
async function noted(config: Config, file: string, work: () => Promise<BackupReport>): Promise<BackupReport> {
  const startedAt = new Date().toISOString();
  const note = (ended: Omit<BackupNote, 'file'>): Promise<void> =>
    withOperations(config, 'operate', (operations) => operations.noteBackup({ file, ...ended }));
  try {
    const report = await work();
    await note({ startedAt: report.takenAt, bytes: report.bytes, error: null });
    return report;
  } catch (error) {
    if (error instanceof LedgerBusy) throw error;
    await note({ startedAt, bytes: null, error: describeFailure(error) }).catch((cause: unknown) => {
      if (!(cause instanceof NoLedger || cause instanceof UsageError))
        printNote(`The ledger could not be told: ${describeFailure(cause)}`);
    });
    throw error;
  }
}

function print(what: string, report: BackupReport, { json = false }: { json?: boolean }): void {
  if (json) {
    printJson(report);
    return;
  }
  const { takenAt, bytes, events, revision, damagedOriginals } = report;
  for (const sha256 of damagedOriginals) printNote(`The file ${sha256} is damaged in the ledger: ingest it again.`);
  printLine(`${what}: ${(bytes / 1e6).toFixed(1)} MB, taken at ${takenAt}, revision ${revision}, ${events} events.`);
}
