/** The command line as a whole: every command, and what a failure looks like. */
import { Command, CommanderError } from 'commander';
import { runnable } from '../config.ts';
import { describeFailure } from '../operations/describe-failure.ts';
import { Refusal } from '../operations/operations.ts';
import { packageVersion } from '../package-root.ts';
import { addAgency } from './commands/agency.ts';
import { addArchive } from './commands/archive.ts';
import { addAudit } from './commands/audit.ts';
import { addBackup } from './commands/backup.ts';
import { addDecisions } from './commands/decisions.ts';
import { addDepartures } from './commands/departures.ts';
import { addDiff } from './commands/diff.ts';
import { addFigures } from './commands/figures.ts';
import { addFollow } from './commands/follow.ts';
import { addIngest } from './commands/ingest.ts';
import { addKey } from './commands/key.ts';
import { addLists } from './commands/lists.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPopulation } from './commands/population.ts';
import { addRelease } from './commands/release.ts';
import { addReview } from './commands/review.ts';
import { addSample } from './commands/sample.ts';
import { addServe } from './commands/serve.ts';
import { addSpelling } from './commands/spelling.ts';
import { addStats, addTimeline } from './commands/stats.ts';
import { addStatus } from './commands/status.ts';
import { addWatch } from './commands/watch.ts';
import { addWithdraw } from './commands/withdraw.ts';
import { exitCodeOf, exitCodesHelp, UsageError } from './exit-code.ts';
import { endQuietlyUnread, printNote } from './output/print.ts';

export function createProgram(): Command {
  const program = new Command('accord287')
    .description('The open ledger of 287(g) agreements')
    .version(packageVersion())
    .addHelpText('after', exitCodesHelp)
    .configureOutput({
      writeOut: (text) => process.stdout.write(runnable(text)),
      writeErr: (text) => process.stderr.write(runnable(text)),
    })
    // Commander throws instead of calling process.exit. Set before the commands are added, which inherit it.
    .exitOverride();
  const lists = [addServe, addStatus, addIngest, addFollow, addArchive, addLists, addDiff, addRelease, addWithdraw];
  const words = [addReview, addAgency, addSpelling, addDecisions, addDepartures, addMigrate, addBackup, addSample];
  const reports = [addStats, addTimeline, addFigures, addPopulation, addWatch];
  for (const add of [...lists, ...words, ...reports, addKey, addAudit]) add(program);
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
    // Commander has printed the error, or the help that was asked for.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    printNote(`accord287: ${describeFailure(error)}`);
    if (isWrongArgument(error)) printNote(`(see ${running} --help)`);
    process.exitCode = exitCodeOf(error);
  }
}

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

/** Whether the help of the command helps: it lists the arguments and where their values come from. */
const isWrongArgument = (error: unknown): boolean =>
  error instanceof UsageError ||
  (error instanceof Refusal && (error.code === 'BAD_ARGUMENT' || error.code === 'NOT_FOUND'));
