/** `accord287 release` and `reject`: an operator's decision about a held list. */
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { act, addAct, type GivenOptions } from '../act.ts';
import { withOperations } from '../open-operations.ts';
import { printChange, printDecisions } from '../output/print-change.ts';
import { reasonOption } from '../reason-option.ts';

const heldId = 'id of the held list, or the beginning of it, as "accord287 lists" prints it';

export function addRelease(program: Command): void {
  addAct(program, 'release', 'let a held list take effect')
    .argument('<id>', heldId)
    .option('--backfill', 'record every event as history, never as live')
    .addHelpText('after', releaseHelp)
    .action((id: string, options: GivenOptions & { backfill?: boolean }) =>
      act(options, (operations, { dryRun }) =>
        operations.release(id, options.reason, { backfill: options.backfill, dryRun }),
      ),
    );
  program
    .command('reject')
    .description('keep a held list out')
    .argument('<id>', heldId)
    .addOption(reasonOption('decision'))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', rejectHelp)
    .action(async (id: string, options: GivenOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const change = await operations.reject(id, options.reason);
        printChange(change, options);
        printDecisions(change, options);
      });
    });
}

const releaseHelp = `
Its events are in the log for good, and where the list is the newest of its kind they are live: every watcher is told at
once. "accord287 revoke" takes a release back, and watchers are told that too. --backfill is your word that its events
are history, as when a list adds agreements that are old. --dry-run shows first what would stand otherwise, agreement by
agreement, as "accord287 diff" does.`;

const rejectHelp = `
A rejected list stays out of the ledger, also when the same file is ingested again. Its rows stay stored, and
"accord287 revoke" puts it back to those that are held.`;
