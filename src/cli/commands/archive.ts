/** `accord287 archive`: the files as they came, in a folder, with a manifest and the decisions to make the ledger again. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printNote } from '../output/print.ts';

const MOST_NAMED = 10;

export function addArchive(program: Command): void {
  program
    .command('archive')
    .description('write the ingested files into a new folder, as they came, with a manifest and the decisions')
    .argument('<folder>', 'where to write them; it must not be there, or be empty')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', help)
    .action(async (folder: string, options: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const report = await operations.archive(resolve(folder));
        if (options.json === true) return printJson(report);
        const { directory, files, bytes, acts, missing } = report;
        printLine(`${files} files, ${(bytes / 1e6).toFixed(1)} MB, and ${acts} acts of operators in ${directory}`);
        if (missing.length === 0) return;
        const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
        const names = missing.slice(0, MOST_NAMED).join(', ');
        printNote(`The bytes of ${missing.length} lists are not kept: ${names}${more}. Ingest the same files again.`);
      });
    });
}

const help = `
"accord287 ingest --manifest <folder>/MANIFEST.csv" makes the same ledger of it elsewhere, with the decisions of
operators in their place among the lists, which are in DECISIONS.json.`;
