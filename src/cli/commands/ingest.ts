/** `accord287 ingest`: lists into the real ledger, in publication order whatever the order of the arguments. */
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.ts';
import type { IngestInput } from '../../operations/operations.ts';
import { exitCodesHelp, UsageError } from '../exit-code.ts';
import { describeUnread, findLists } from '../find-lists.ts';
import { withOperations } from '../open-operations.ts';
import { showProgress } from '../output/ingest-progress.ts';
import { exitCodeOfReport, printIngestReport } from '../output/ingest-summary.ts';
import { printJson, printNote } from '../output/print.ts';
import { readInstant } from '../read-instant.ts';

interface IngestOptions {
  dryRun?: boolean;
  publishedAt?: string;
  sheet?: string;
  headerRow?: number;
  backfill?: boolean;
  json?: boolean;
}

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('ingest published lists (XLSX, CSV); folders are searched for them')
    .argument('<path...>', 'files and folders')
    .option('--dry-run', 'do everything, show what would stand otherwise, then undo it')
    .option(
      '--published-at <time>',
      'when the one list given was published: 2026-02-02 (noon in New York), or 2026-02-02T09:00:00-05:00',
      readInstant,
    )
    .option('--sheet <name>', 'the worksheet that is the list, where two of a workbook could be')
    .option('--header-row <number>', 'the row of the header, where it is not found in the first ten', readRowNumber)
    .option('--backfill', 'record every event as history, never as live')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (paths: string[], options: IngestOptions) => {
      const config = loadConfig();
      const { lists, unread } = await findLists(paths);
      if (unread.length > 0) printNote(describeUnread(unread));
      const input = readInput(lists, options);
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
  const { publishedAt, sheet, headerRow } = options;
  for (const [option, value] of Object.entries({ 'published-at': publishedAt, sheet, 'header-row': headerRow })) {
    if (value === undefined || paths.length === 1) continue;
    throw new UsageError(`--${option} is for one list, and these paths hold several`);
  }
  return {
    paths,
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(headerRow === undefined ? {} : { headerRow }),
    backfill: options.backfill === true,
    dryRun: options.dryRun === true,
  };
}

function readRowNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a row of the sheet, counted from 1.');
  return Number(text);
}
