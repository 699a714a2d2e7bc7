/** `accord287 status`: how everything stands; what a person runs first when something is odd. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { StatusReport } from '../../operations/operations.ts';
import { exitCodes } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { type Cell, printJson, printLine, printTable } from '../output/print.ts';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how everything stands: what is wrong, the lists, the source, versions, disk')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExit codes: 0 nothing is wrong, 3 something wants a person, else as of every command.')
    .action(async (options: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const status = await operations.status();
        if (options.json === true) printJson(status);
        else printStatus(status);
        if (status.alarms.length > 0) process.exitCode = exitCodes.held;
      });
    });
}

function printStatus(status: StatusReport): void {
  for (const { kind, message, since } of status.alarms) {
    printRed(`${kind}: ${message}${since === null ? '' : ` (since ${since})`}`);
  }
  if (status.alarms.length === 0) printLine('Nothing is wrong.');
  printTable(['', ''], factsOf(status));
  printTable(
    ['list', 'last seen', 'last changed', 'last look', 'held', 'stale'],
    status.lists.map((list) => [
      ...[list.kind, list.lastCheckedAt ?? 'never', list.lastChangedAt ?? 'never', list.lastOutcome ?? ''],
      ...[String(list.held), list.staleSince === null ? '' : `since ${list.staleSince}: ${list.staleReason}`],
    ]),
  );
}

function factsOf(status: StatusReport): Cell[][] {
  const { sample, revision, events, openReviews, watchers, versions, backup, restored, disk } = status;
  const { program, node, database, rules, ledgerRules } = versions;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  return [
    ['ledger', `${sample ? 'SAMPLE, ' : ''}revision ${revision}, ${events} events`],
    ['open reviews', String(openReviews)],
    ['watchers', watchers === null ? whoKnowsWatchers(database) : String(watchers)],
    ['source', describeSource(status)],
    ['versions', `accord287 ${program}, Node ${node}, ${database}`],
    ['rules', rules === ledgerRules ? String(rules) : `the ledger has ${ledgerRules}, this program ${rules}`],
    ['last backup', backup === null ? 'none' : `${backup.startedAt}, ${backup.file}`],
    ...(restored === null
      ? []
      : [['restored', `${restored.restoredAt}, from the backup made ${restored.madeAt}, ${restored.file}`]]),
    [
      'disk',
      disk === null
        ? 'of the database server'
        : `${gigabytes(disk.freeBytes)} of ${gigabytes(disk.totalBytes)} GB free`,
    ],
  ];
}

function describeSource({ source, lists }: StatusReport): string {
  if (source === null) return 'never looked at';
  const failures = source.failures === 0 ? '' : `, ${source.failures} looks in a row failed`;
  const isKeptOut = lists.some(({ lastOutcome }) => lastOutcome === 'KEPT_OUT');
  const shows = isKeptOut ? '; it shows a list that was rejected or withdrawn' : '';
  return `looked at ${source.lookedAt}, next ${source.nextAt}${failures}${shows}`;
}

/** Red where somebody looks. */
function printRed(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`${styleText('red', text.replace(/\p{Cc}|\p{Cf}/gu, '�'))}\n`);
  else printLine(text);
}

/** Instances on a server count their own; an embedded ledger's one server would have answered. */
const whoKnowsWatchers = (database: string): string =>
  database.startsWith('server') ? 'each instance counts its own: see its /readyz' : 'no server has the ledger open';
