/** `accord287 release` and `reject`: an operator's word on a held list. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { withOperations } from './open-operations.ts';
import { printChange } from './print-change.ts';

export function addRelease(program: Command): void {
  for (const verb of ['release', 'reject'] as const) {
    program
      .command(verb)
      .description(verb === 'release' ? 'let a held list take effect' : 'refuse a held list for good')
      .argument('<id>', 'id of the held list, as ingest printed it')
      .requiredOption('--reason <text>', 'why; kept with the list')
      .option('--json', 'print the result as JSON')
      .action(async (id: string, options: { reason: string; json?: boolean }) => {
        await withOperations(loadConfig(), 'operate', async (operations) => {
          printChange(await operations[verb](id, options.reason), options.json === true);
        });
      });
  }
}
