/** The command line as a whole: every command, and what a failure looks like. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../database/package-root.ts';
import { describeFailure } from '../operations/describe-failure.ts';
import { Refusal } from '../operations/operations.ts';
import { addAgency } from './commands/agency.ts';
import { addDecisions } from './commands/decisions.ts';
import { addDepartures } from './commands/departures.ts';
import { addDiff } from './commands/diff.ts';
import { addFigures } from './commands/figures.ts';
import { addIngest } from './commands/ingest.ts';
import { addLists } from './commands/lists.ts';
import { addMigrate } from './commands/migrate.ts';
import { addRelease } from './commands/release.ts';
import { addReview } from './commands/review.ts';
import { addSample } from './commands/sample.ts';
import { addServe } from './commands/serve.ts';
import { addSpelling } from './commands/spelling.ts';
import { addStats, addTimeline } from './commands/stats.ts';
import { addWatch } from './commands/watch.ts';
import { addWithdraw } from './commands/withdraw.ts';
import { exitCodeOf, exitCodesHelp, UsageError } from './exit-code.ts';
import { endQuietlyUnread, printNote } from './output/print.ts';

export function createProgram(): Command {
  const program = new Command('accord287')
    .description('The open ledger of 287(g) agreements')
    .version(readVersion())
    .addHelpText('after', exitCodesHelp);
  const lists = [addServe, addIngest, addLists, addDiff, addRelease, addWithdraw];
  const words = [addReview, addAgency, addSpelling, addDecisions, addDepartures, addMigrate, addSample];
  for (const add of [...lists, ...words, addStats, addTimeline, addFigures, addWatch]) add(program);
  pointToHelp(program);
  return program;
}

function pointToHelp(command: Command): void {
  command.showHelpAfterError(`(see ${nameOf(command)} --help)`);
  for (const one of command.commands) pointToHelp(one);
}

/** Runs one command; a failure is one message on stderr and the exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  endQuietlyUnread();
  let running = 'accord287';
  try {
    const program = createProgram().hook('preAction', (_program, command) => {
      running = nameOf(command);
    });
    await program.parseAsync(argv);
  } catch (error) {
    printNote(`accord287: ${describeFailure(error)}`);
    if (isWrongArgument(error)) printNote(`(see ${running} --help)`);
    process.exitCode = exitCodeOf(error);
  }
}

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

/** What the help of the command can mend: it says which arguments there are, and where their values come from. */
const isWrongArgument = (error: unknown): boolean =>
  error instanceof UsageError ||
  (error instanceof Refusal && (error.code === 'BAD_ARGUMENT' || error.code === 'NOT_FOUND'));

function readVersion(): string {
  // npm itself would not install a package whose package.json has no version.
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
