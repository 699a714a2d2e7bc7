/** `accord287 departures`: every agreement that left the list, with what a person needs to check it. */
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { Departure } from '../../operations/operations.ts';
import { withOperations } from '../open-operations.ts';
import { type Cell, printJson, printLine, printTable } from '../output/print.ts';

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
          ['place', 'agency', 'agreement', 'evidence'],
          departures.map((one) => [one.place, describeAgency(one), describeAgreement(one), describeEvidence(one)]),
        );
        printLine(`${departures.length} ${departures.length === 1 ? 'agreement' : 'agreements'}`);
      });
    });
}

function describeAgency({ agency, agencySlug, printedNames }: Departure): Cell {
  const others = printedNames.filter((name) => name !== agency);
  return [agency, agencySlug, ...others.map((name) => `also printed: ${name}`)];
}

const describeAgreement = ({ model, status, endedOn, signedOn }: Departure): Cell => [
  model,
  endedOn === null ? status : `${status} ${endedOn}`,
  signedOn === null ? 'no date of signing' : `signed ${signedOn}`,
];

const describeEvidence = ({ lastList, firstListWithout, memorandumUrl }: Departure): Cell => [
  `last with it: ${lastList}`,
  `first without: ${firstListWithout}`,
  memorandumUrl ?? 'no link to a memorandum',
];
