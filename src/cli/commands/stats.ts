/** `accord287 stats` and `accord287 timeline`: counts in the terminal, with what they count and small charts. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { timelineBases } from '../../../schema/enums.ts';
import { type Interval, intervals } from '../../analysis/calendar.ts';
import { loadConfig } from '../../config.ts';
import { newYorkDay } from '../../intake/new-york.ts';
import type { StatsReport, TimelineGiven, TimelineReport } from '../../operations/figures/analysis.ts';
import type { ListEntry } from '../../operations/operations.ts';
import { withOperations } from '../open-operations.ts';
import { bars } from '../output/bar.ts';
import { printJson, printLine, printTable } from '../output/print.ts';

const groups = ['state', 'model', 'type'] as const;

interface StatsOptions {
  asOf?: string;
  by?: (typeof groups)[number];
  json?: boolean;
}

export function addStats(program: Command): void {
  program
    .command('stats')
    .description('agreements, agencies and places as of a day, with the lists they rest on')
    .option('--as-of <day>', 'as of the last list published on or before this day, YYYY-MM-DD', readDay)
    .addOption(new Option('--by <what>', 'break the counts down').choices(groups))
    .option('--json', 'print them as JSON')
    .action(async ({ asOf, by, json }: StatsOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const report = await operations.stats(asOf ?? null);
        if (json === true) printJson(report);
        else if (report === null) printLine(describeNone(asOf, await operations.lists('ACCEPTED', 'PARTICIPATING')));
        else printStats(report, by);
      });
    });
}

function describeNone(asOf: string | undefined, lists: readonly ListEntry[]): string {
  const first = lists.at(-1);
  return first === undefined || asOf === undefined
    ? 'No list of participating agencies is known yet.'
    : `No list was published on or before ${asOf}; the first is of ${newYorkDay(first.publishedAt)}.`;
}

interface TimelineOptions {
  from?: string;
  to?: string;
  interval: string;
  basis: string;
  json?: boolean;
}

export function addTimeline(program: Command): void {
  program
    .command('timeline')
    .description('agreements and agencies over time')
    .option('--from <day>', 'a day of the first interval, YYYY-MM-DD', readDay)
    .option('--to <day>', 'a day of the last interval, YYYY-MM-DD', readDay)
    .addOption(
      new Option('--interval <length>', 'of each line')
        .choices(intervals.map((each) => each.toLowerCase()))
        .default('month'),
    )
    .addOption(
      new Option('--basis <day>', 'by which day an agreement begins to count')
        .choices(timelineBases.map((each) => each.toLowerCase()))
        .default('listed'),
    )
    .option('--json', 'print it as JSON')
    .action(async (options: TimelineOptions) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const report = await operations.timeline(readTimeline(options));
        if (options.json === true) printJson(report);
        else printTimeline(report);
      });
    });
}

function readDay(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
  if (!isDay) throw new InvalidArgumentError('A day is written YYYY-MM-DD.');
  return text;
}

function readTimeline({ from, to, interval, basis }: TimelineOptions): TimelineGiven {
  // Commander checked that it is one of these.
  const [length, day] = [interval.toUpperCase() as Interval, basis.toUpperCase() as TimelineGiven['basis']];
  return { from: from ?? null, to: to ?? null, interval: length, basis: day };
}

function printStats(report: StatsReport, by: StatsOptions['by']): void {
  saySample(report);
  printLine(`As of ${report.asOf}, by ${report.list}`);
  printTable(
    ['', 'count', 'as printed'],
    [
      ['agreements in force', String(report.agreements), `${report.asPrinted.agreements} rows`],
      ['agencies that have them', String(report.agencies), `${report.asPrinted.agencies} spellings`],
      ['states and DC', String(report.states), ''],
      ['with territories', String(report.places), ''],
      ['pending agreements', report.pending === null ? 'unknown' : String(report.pending), report.pendingList ?? ''],
    ],
  );
  const rows = rowsBy(report, by ?? 'model');
  const charts = bars(rows.map(({ agreements }) => agreements));
  printTable(
    [by ?? 'model', 'agreements', 'agencies', ''],
    rows.map(({ label, agreements, agencies }, index) => [
      label,
      String(agreements),
      String(agencies),
      charts[index] ?? '',
    ]),
  );
}

function rowsBy(
  { byState, byModel, byType }: StatsReport,
  by: (typeof groups)[number],
): { label: string; agreements: number; agencies: number }[] {
  if (by === 'model') return byModel.map(({ model, ...counted }) => ({ label: model, ...counted }));
  if (by === 'type') return byType.map(({ type, ...counted }) => ({ label: type ?? 'not told', ...counted }));
  return byState
    .map(({ name, agreements, agencies }) => ({ label: name, agreements, agencies }))
    .sort((a, b) => b.agreements - a.agreements);
}

function printTimeline(report: TimelineReport): void {
  saySample(report);
  if (report.points.length === 0) {
    printLine('No list of participating agencies is known yet.');
    return;
  }
  const charts = bars(report.points.map(({ agreements }) => agreements));
  const said = (count: number | null): string => (count === null ? '' : String(count));
  printTable(
    ['from', 'lists', 'agreements', 'agencies', 'added', 'ended', ''],
    report.points.map(({ start, lists, agreements, agencies, added, ended }, index) => [
      ...[start, String(lists), said(agreements), said(agencies), said(added), said(ended)],
      charts[index] ?? '',
    ]),
  );
  if (report.points.some(({ lists }) => lists === 0)) {
    printLine('Lists 0: nothing was seen, the counts are carried. A dot: not known yet.');
  }
  const leftOut = report.points[0]?.leftOut ?? 0;
  if (leftOut > 0) printLine(`Left out: ${leftOut}, since nobody can have signed them on the day that is printed.`);
  const warned = report.points.find(({ warning }) => warning !== null);
  if (warned?.warning) printLine(warned.warning);
}

export function saySample({ sample }: { sample: boolean }): void {
  if (sample) printLine('SAMPLE: made-up agencies and lists.');
}
