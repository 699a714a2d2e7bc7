/** `accord287 departures`: every agreement that left the list, with what a person needs to check it. */
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { withOperations } from './open-operations.ts';
import { printJson, printLine, printTable } from './print.ts';

export function addDepartures(program: Command): void {
  program
    .command('departures')
    .description('agreements that left the participating list, each with its evidence')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const departures = await operations.departures();
        if (options.json === true) return printJson(departures);
        printTable(
          ['place', 'agency', 'model', 'status', 'signed', 'last list with it', 'first list without it'],
          departures.map((one) => [
            one.place,
            one.printedNames.length > 1 ? `${one.agency} (printed: ${one.printedNames.join(' | ')})` : one.agency,
            one.model,
            one.endedOn === null ? one.status : `${one.status} ${one.endedOn}`,
            one.signedOn ?? '',
            one.lastList,
            one.firstListWithout,
          ]),
        );
        printLine(`${departures.length} ${departures.length === 1 ? 'agreement' : 'agreements'}`);
      });
    });
}
