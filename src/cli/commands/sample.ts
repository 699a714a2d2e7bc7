/**
 * `accord287 sample`: writes sample lists into a folder; `sample next` releases the sample ledger's next list, `sample
 * reset` begins it again.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config.ts';
import { resetSampleLedger } from '../../operations/sample/reset-sample.ts';
import { writeSampleLists } from '../../sample/lists/write-lists.ts';
import { UsageError } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { printIngestReport } from '../output/ingest-summary.ts';
import { printJson, printLine } from '../output/print.ts';
import { refuseUnknownCommand } from '../unknown-command.ts';

interface WriteOptions {
  agencies: number;
  lists: number;
  out: string;
}

export function addSample(program: Command): void {
  const sample = program
    .command('sample')
    .description("write sample lists in ICE's format; same numbers, same bytes")
    .option('--agencies <number>', 'agencies on the list of 2026-02-02', positive, 1_154)
    .option('--lists <number>', 'how many lists', positive, 30)
    .option('--out <folder>', 'where to write them', 'sample-lists')
    .action(async (options: WriteOptions) => {
      const { agencies, lists } = options;
      try {
        await writeSampleLists(options.out, { agencies, lists }, ({ list }) => {
          printLine(`${list.path} ${list.rows} rows`);
        });
      } catch (error) {
        if (error instanceof RangeError) throw new UsageError(error.message);
        throw error;
      }
    });
  refuseUnknownCommand(sample, sample);
  sample
    .command('next')
    .description('release the next list of the sample ledger')
    .option('--json', 'print the report as JSON')
    .action(async (options: { json?: boolean }) => {
      await withOperations(loadConfig(), 'sample', async (operations) => {
        const report = await operations.sampleNext();
        if (options.json === true) printJson(report);
        else printIngestReport(report);
      });
    });
  sample
    .command('reset')
    .description('begin the sample ledger again, with its last lists to come; no server may have it open')
    .action(async () => {
      const { database } = loadConfig();
      if (database.kind === 'postgres') throw new UsageError('Only an embedded sample ledger is begun again.');
      const reset = await resetSampleLedger(database.dataDir);
      printLine(reset ? 'The next start fills the sample ledger again.' : 'There is no sample ledger yet.');
    });
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}
