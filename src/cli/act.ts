/** Shared by the commands that change the ledger: the options `--reason`, `--dry-run` and `--json`, and the output. */
import { type Command, Option } from 'commander';
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

/** Of what is undone nothing keeps a reason. */
const noReasonGiven = { reason: 'a dry run' };

/** Adds a command with `--reason`, which a dry run does not need, `--dry-run` and `--json`. */
export const addAct = (parent: Command, name: string, description: string): Command =>
  parent
    .command(name)
    .description(description)
    .addOption(reasonOption('decision'))
    .addOption(
      new Option('--dry-run', 'do everything, show what would stand otherwise, then undo it').implies(noReasonGiven),
    )
    .option('--json', 'print the result as JSON');

type Act = (operations: Operations, options: ActOptions) => Promise<ChangeReport>;

/** Runs the change, prints what it changed and the command that revokes it. */
export const act = (given: GivenOptions, work: Act): Promise<void> =>
  withOperations(loadConfig(), 'operate', async (operations) => {
    printDecisions(await doAndPrint(operations, given, work), given);
  });

/** Revokes a decision, and prints what that changed. */
export const undo = (given: GivenOptions, work: Act): Promise<void> =>
  withOperations(loadConfig(), 'operate', async (operations) => {
    await doAndPrint(operations, given, work);
  });

async function doAndPrint(operations: Operations, given: GivenOptions, work: Act): Promise<ChangeReport> {
  const change = await work(operations, { dryRun: given.dryRun });
  printChange(change, given);
  return change;
}
