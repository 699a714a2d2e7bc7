/** `accord287 population import`: how many people live where, by the Census Bureau's estimates of its counties. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { PopulationFile } from '../../intake/population-file.ts';
import { readRegularFile, UnreadablePath } from '../../operations/lists/read-file.ts';
import { UsageError } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine } from '../output/print.ts';

export function addPopulation(program: Command): void {
  const population = program.command('population').description('how many people live in each state and county');
  population
    .command('import')
    .description('take the estimates of the newest year of a file')
    .argument('<file>', 'county estimates of the Census Bureau as downloaded, such as co-est2024-alldata.csv')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, options: { json?: boolean }) => {
      const { year, estimates, unknown, missing } = await readFile(path);
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const kept = await operations.importPopulation({ fileName: basename(path), year, estimates });
        if (options.json === true) return printJson({ ...kept, unknown, missing });
        printLine(`Revision ${kept.revision}: ${kept.estimates} estimates of ${year} kept.`);
        if (kept.answering !== year) printLine(`Those of ${kept.answering} are newer and go on answering.`);
        if (unknown.length > 0) printLine(`No counties of the ledger: ${some(unknown)}.`);
        if (missing.length > 0) printLine(`Counties without an estimate: ${some(missing)}.`);
      });
    });
}

const MOST_NAMED = 20;

function some(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join('; ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** The Bureau's files have some 2 MB. */
const MOST_BYTES = 50_000_000;

async function readFile(path: string): Promise<PopulationFile> {
  // Read only when it is wanted, since few commands read tables.
  const { readPopulationFile, UnreadablePopulation } = await import('../../intake/population-file.ts');
  try {
    return readPopulationFile(await readRegularFile(path, MOST_BYTES));
  } catch (error) {
    if (error instanceof UnreadablePath) throw new UsageError(error.message);
    if (error instanceof UnreadablePopulation) throw new UsageError(`${path} cannot be taken: ${error.message}.`);
    throw error;
  }
}
