/** `accord287 ingest`: lists into the real ledger, in publication order whatever the order of the arguments. */
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config.ts';
import { parseGivenInstant } from '../intake/published-at.ts';
import type { IngestInput } from '../operations/operations.ts';
import { exitCodesHelp, UsageError } from './exit-code.ts';
import { findLists } from './find-lists.ts';
import { showProgress } from './ingest-progress.ts';
import { exitCodeOfReport, printIngestReport } from './ingest-summary.ts';
import { withOperations } from './open-operations.ts';
import { printJson } from './print.ts';

interface IngestOptions {
  dryRun?: boolean;
  publishedAt?: string;
  backfill?: boolean;
  json?: boolean;
}

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('ingest published lists (XLSX, CSV); folders are searched for them')
    .argument('<path...>', 'files and folders')
    .option('--dry-run', 'do everything, then undo it')
    .option(
      '--published-at <time>',
      'when the one list given was published: 2026-02-02 (noon in New York), or 2026-02-02T09:00:00-05:00',
      readInstant,
    )
    .option('--backfill', 'record every event as history, never as live')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (paths: string[], options: IngestOptions) => {
      const config = loadConfig();
      const input = readInput(await findLists(paths), options);
      const purpose = options.dryRun === true ? 'dry-run' : 'ingest';
      await withOperations(config, purpose, async (operations) => {
        const progress = showProgress();
        const report = await operations.ingest(input, progress.report).finally(progress.stop);
        if (options.json === true) printJson(report);
        else printIngestReport(report);
        process.exitCode = exitCodeOfReport(report);
      });
    });
}

function readInput(paths: readonly string[], options: IngestOptions): IngestInput {
  if (options.publishedAt !== undefined && paths.length > 1) {
    throw new UsageError('--published-at is for one list, and these paths hold several');
  }
  return {
    paths,
    ...(options.publishedAt === undefined ? {} : { publishedAt: options.publishedAt }),
    backfill: options.backfill === true,
    dryRun: options.dryRun === true,
  };
}

const FIRST_YEAR = '1996';

function readInstant(text: string): string {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseGivenInstant(text) : null;
  if (instant === null) {
    throw new InvalidArgumentError('It must be a day or an instant, such as 2026-02-02 or 2026-02-02T09:00:00-05:00.');
  }
  if (instant < FIRST_YEAR) throw new InvalidArgumentError(`Section 287(g) is of ${FIRST_YEAR}.`);
  // It would stand as the newest list until that day, and what is published before would be history.
  if (instant > new Date().toISOString()) throw new InvalidArgumentError('It is in the future.');
  return instant;
}
