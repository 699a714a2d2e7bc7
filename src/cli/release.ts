/** `accord287 release` and `reject`: an operator's word on a held list. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { withOperations } from './open-operations.ts';
import { printChange } from './print-change.ts';
import { reasonOption } from './reason-option.ts';

interface JudgeOptions {
  reason: string;
  backfill?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export function addRelease(program: Command): void {
  addVerdict(program, 'release')
    .description('let a held list take effect; this cannot be taken back')
    .option('--backfill', 'record every event as history, never as live')
    .option('--dry-run', 'do everything, count the events, then undo it')
    .addHelpText('after', releaseHelp)
    .action(async (id: string, options: JudgeOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const { reason, backfill, dryRun } = options;
        printChange(await operations.release(id, reason, { backfill, dryRun }), options);
      });
    });
  addVerdict(program, 'reject')
    .description('keep a held list out; this cannot be taken back')
    .addHelpText('after', rejectHelp)
    .action(async (id: string, options: JudgeOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        printChange(await operations.reject(id, options.reason), options);
      });
    });
}

const addVerdict = (program: Command, verb: 'release' | 'reject'): Command =>
  program
    .command(verb)
    .argument('<id>', 'id of the held list, as "accord287 lists" prints it')
    .addOption(reasonOption('list'))
    .option('--json', 'print the result as JSON');

const releaseHelp = `
A release cannot be taken back. Its events are in the log for good, and where the list is the newest of its kind they
are live: every watcher is told at once. --backfill is your word that they are history, as when a list adds agreements
that are old. What it got wrong is put right by the next list that is accepted, with events of its own. --dry-run shows
the counts first.`;

const rejectHelp = `
A rejected list stays out of the ledger for good, also when the same file is ingested again. Its rows stay stored.`;
