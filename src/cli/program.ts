/** The command line as a whole: every command, and what a failure looks like. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../database/package-root.ts';
import { addDepartures } from './departures.ts';
import { exitCodeOf } from './exit-code.ts';
import { addFigures } from './figures.ts';
import { addIngest } from './ingest.ts';
import { addMigrate } from './migrate.ts';
import { printNote } from './print.ts';
import { addRelease } from './release.ts';
import { addReview } from './review.ts';
import { addSample } from './sample.ts';
import { addServe } from './serve.ts';
import { addStats, addTimeline } from './stats.ts';

export function createProgram(): Command {
  const program = new Command('accord287')
    .description('The open ledger of 287(g) agreements')
    .version(readVersion())
    .showHelpAfterError('(see --help)');
  for (const add of [addServe, addIngest, addMigrate, addSample, addRelease, addReview, addDepartures]) add(program);
  for (const add of [addFigures, addStats, addTimeline]) add(program);
  return program;
}

/** Runs one command; a failure is one message on stderr and the exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    printNote(`accord287: ${describe(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}

/** Drizzle wraps what the database said; the reason is in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error.cause === undefined ? error.message || error.name : describe(error.cause);
}

function readVersion(): string {
  // npm itself would not install a package whose package.json has no version.
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
