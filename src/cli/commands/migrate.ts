/** `accord287 migrate`: migrates the tables, then derives by the rules of this build; only it raises the rules version. */
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { withOperations } from '../open-operations.ts';
import { printLine } from '../output/print.ts';
import { printChange } from '../output/print-change.ts';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the ledger to this build's tables and rules; replays it when the rules are newer")
    .option('--json', 'print the result as JSON')
    .action(async (options: { json?: boolean }) => {
      // Opening the ledger applies the migrations; a server that is running has done so already.
      await withOperations(loadConfig(), 'migrate', async (operations) => {
        printChange(await operations.raiseRules(), options);
        if (options.json !== true) printLine('The tables and the rules are those of this build.');
      });
    });
}
