/** `accord287 ingest`: lists into the real ledger, in publication order whatever the order of the arguments. */
import { resolve } from 'node:path';
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
  manifest?: string;
  json?: boolean;
}

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('ingest published lists (XLSX, CSV); folders are searched for them')
    .argument('[path...]', 'files and folders')
    .option('--dry-run', 'do everything, show what would stand otherwise, then undo it')
    .option(
      '--published-at <time>',
      'when the one list given was published: 2026-02-02 (noon in New York), or 2026-02-02T09:00:00-05:00',
      readInstant,
    )
    .option('--sheet <name>', 'the worksheet that is the list, where two of a workbook could be')
    .option('--header-row <number>', 'the row of the header, where it is not found in the first ten', readRowNumber)
    .option('--manifest <file>', 'the MANIFEST.csv of an archive: its files in the order in which they first came')
    .option('--backfill', 'record every event as history, never as live')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', exitCodesHelp)
    .action(async (paths: string[], options: IngestOptions) => {
      const config = loadConfig();
      const input = readInput(await pathsOf(paths, options), options);
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

/** The lists below the paths; none with a manifest, which names them itself. */
async function pathsOf(paths: readonly string[], { manifest }: IngestOptions): Promise<string[]> {
  if (manifest !== undefined) {
    if (paths.length > 0) throw new UsageError('--manifest names the files itself: give no paths with it');
    return [];
  }
  if (paths.length === 0) throw new UsageError('Name the files or folders to ingest');
  const { lists, unread } = await findLists(paths);
  if (unread.length > 0) printNote(describeUnread(unread));
  return lists;
}

function readInput(paths: readonly string[], options: IngestOptions): IngestInput {
  const { publishedAt, sheet, headerRow } = options;
  for (const [option, value] of Object.entries({ 'published-at': publishedAt, sheet, 'header-row': headerRow })) {
    if (value === undefined || paths.length === 1) continue;
    const what =
      options.manifest === undefined ? 'these paths hold several' : 'a manifest says it of each of its files';
    throw new UsageError(`--${option} is for one list, and ${what}`);
  }
  return {
    paths,
    ...(options.manifest === undefined ? {} : { manifest: resolve(options.manifest) }),
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
