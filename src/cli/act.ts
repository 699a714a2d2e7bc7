/** What every command that changes the ledger has in common: a reason, a dry run, and what it prints. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { ActOptions, ChangeReport, Operations } from '../operations/operations.ts';
import { withOperations } from './open-operations.ts';
import { printChange, printDecisions } from './output/print-change.ts';
import { reasonOption } from './reason-option.ts';

export interface GivenOptions {
  reason: string;
  dryRun?: boolean;
  json?: boolean;
}

/** A command with `--reason`, `--dry-run` and `--json`. */
export const addAct = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .addOption(reasonOption('decision'))
    .option('--dry-run', 'do everything, show what would stand otherwise, then undo it')
    .option('--json', 'print the result as JSON');

type Act = (operations: Operations, options: ActOptions) => Promise<ChangeReport>;

/** Does it, and prints what it changed and how it is taken back. */
export const act = (given: GivenOptions, work: Act): Promise<void> =>
  withOperations(loadConfig(), 'operate', async (operations) => {
    printDecisions(await doAndPrint(operations, given, work), given);
  });

/** Takes a decision back, and prints what that changed. */
export const undo = (given: GivenOptions, work: Act): Promise<void> =>
  withOperations(loadConfig(), 'operate', async (operations) => {
    await doAndPrint(operations, given, work);
  });

async function doAndPrint(operations: Operations, given: GivenOptions, work: Act): Promise<ChangeReport> {
  const change = await work(operations, { dryRun: given.dryRun });
  printChange(change, given);
  return change;
}
