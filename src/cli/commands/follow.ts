/** `accord287 follow`: looks at the publisher's page and takes in what is new, once or again and again. */
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Config, loadConfig } from '../../config.ts';
import { followWait } from '../../operations/follow/follow-wait.ts';
import { isGood } from '../../operations/follow/outcomes.ts';
import type { FollowReport } from '../../operations/operations.ts';
import { type ExitCode, exitCodes, exitCodesHelp } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { exitCodeOfReport, printIngestReport } from '../output/ingest-summary.ts';
import { printJson, printNote, printTable } from '../output/print.ts';

const AN_HOUR = 3_600_000;

interface FollowOptions {
  watch?: boolean;
  json?: boolean;
}

export function addFollow(program: Command): void {
  program
    .command('follow')
    .description("look at the publisher's page once, and ingest the lists that are new")
    .option('--watch', 'go on by the schedule, until it is stopped')
    .option('--json', 'print each report as JSON')
    .addHelpText('after', `\nSettings: FOLLOW_PAGE, FOLLOW_LISTS, FOLLOW_SCHEDULE, FOLLOW_CONTACT.\n${exitCodesHelp}`)
    .action(async (options: FollowOptions) => {
      const config = loadConfig();
      if (options.watch !== true) {
        const report = await look(config, false);
        printFollow(report, options);
        process.exitCode = exitCodeOfFollow(report);
        return;
      }
      printNote('Following the source. Ctrl-C ends it.');
      for (;;) {
        const report = await look(config, true);
        if (report.ran === 'ROUND') printFollow(report, options);
        // Each look opens the ledger.
        await setTimeout(followWait(report, AN_HOUR));
      }
    });
}

/** The ledger is open no longer than that, so that other commands get at it in between. */
async function look(config: Config, onlyIfDue: boolean): Promise<FollowReport> {
  const reports: FollowReport[] = [];
  await withOperations(config, 'ingest', async (operations) => {
    reports.push(await operations.follow({ onlyIfDue }));
  });
  const [report] = reports;
  if (report === undefined) throw new Error('a look without a report');
  return report;
}

function printFollow(report: FollowReport, { json }: FollowOptions): void {
  if (json === true) {
    printJson(report);
    return;
  }
  if (report.ran === 'ELSEWHERE') printNote('Another process looks at the source at this moment.');
  if (report.ran !== 'ROUND') return;
  printTable(
    ['address', 'kind', 'outcome', 'why'],
    report.looks.map(({ address, kind, outcome, detail }) => [address, kind ?? '', outcome, detail ?? '']),
  );
  if (report.files.length > 0) printIngestReport({ files: report.files, revision: '', dryRun: false, plan: null });
  if (report.nextAt !== null) printNote(`The next look is due at ${report.nextAt}.`);
}

function exitCodeOfFollow({ files, looks }: FollowReport): ExitCode {
  const ingested = exitCodeOfReport({ files, revision: '', dryRun: false, plan: null });
  if (ingested !== exitCodes.ok) return ingested;
  return looks.some(({ outcome }) => !isGood(outcome)) ? exitCodes.trouble : exitCodes.ok;
}
