/** `accord287 figures`: compares published figures with the lists; `add` and `remove` change an operator's own figures. */
import type { Command } from 'commander';
import type { CountingRule, Verdict } from '../../analysis/figure.ts';
import { loadConfig } from '../../config.ts';
import type { FigureChange, FigureEntry } from '../../operations/figures/analysis.ts';
import { readRegularFile, UnreadablePath } from '../../operations/lists/read-file.ts';
import type { Operations } from '../../operations/operations.ts';
import { UsageError } from '../exit-code.ts';
import { withOperations } from '../open-operations.ts';
import { printJson, printLine, printTable } from '../output/print.ts';
import { saySample } from './stats.ts';

export function addFigures(program: Command): void {
  const figures = program.command('figures').description('published figures: what the lists say to each, add, remove');
  figures
    .command('list', { isDefault: true })
    .description('print every figure with the verdict on it')
    .option('--json', 'print them as JSON')
    .action(async (options: { json?: boolean }) => {
      await withOperations(loadConfig(), 'operate', async (operations) => {
        const report = await operations.figures();
        if (options.json === true) return printJson(report);
        saySample(report);
        printFigures(report.figures);
      });
    });
  figures
    .command('add')
    .description('add figures, or replace those with the same ids')
    .argument('<file>', 'JSON: one figure or an array of them, as docs/counting.md shows')
    .option('--json', 'print the result as JSON')
    .action(async (path: string, options: { json?: boolean }) => {
      const given = await readFigures(path);
      await change(options, (operations) => operations.addFigures(given), 'kept');
    });
  figures
    .command('remove')
    .description('take back a figure that was added')
    .argument('<id>', 'its id')
    .option('--json', 'print the result as JSON')
    .action((id: string, options: { json?: boolean }) =>
      change(options, (operations) => operations.removeFigure(id), 'removed'),
    );
}

/** Bytes of a file of figures: some 1,000 times all figures published so far. */
const MOST_BYTES = 10_000_000;

async function readFigures(path: string): Promise<unknown[]> {
  try {
    const given: unknown = JSON.parse((await readRegularFile(path, MOST_BYTES)).toString('utf8'));
    return Array.isArray(given) ? given : [given];
  } catch (error) {
    if (error instanceof UnreadablePath) throw new UsageError(error.message);
    throw new UsageError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function change(
  options: { json?: boolean },
  act: (operations: Operations) => Promise<FigureChange>,
  done: string,
): Promise<void> {
  await withOperations(loadConfig(), 'operate', async (operations) => {
    const changed = await act(operations);
    if (options.json === true) printJson(changed);
    else
      printLine(
        `Revision ${changed.revision}: ${changed.figures} ${changed.figures === 1 ? 'figure' : 'figures'} ${done}.`,
      );
  });
}

function printFigures(figures: readonly FigureEntry[]): void {
  printTable(
    ['published', 'place', 'as of', 'verdict', 'the list says', 'publisher'],
    figures.map((figure) => [
      `${count(figure.value)}${figure.atLeast ? ' or more' : ''} ${units[figure.unit]}`,
      figure.place ?? '',
      figure.on ?? '',
      verdicts[figure.verdict],
      whatTheListSays(figure),
      figure.publisher,
    ]),
  );
  const withData = figures.filter(({ verdict }) => verdict !== 'NO_DATA').length;
  printLine(`${figures.length} figures, ${withData} of them with a list of their day.`);
}

function whatTheListSays({ computed, reproducedBy, wouldFallBetween }: FigureEntry): string {
  const own = computed.find(({ rule }) => rule === reproducedBy);
  if (own) return `${count(own.value)} ${rules[own.rule]}`;
  if (wouldFallBetween !== null) {
    const { earlier, later } = wouldFallBetween;
    return `${count(earlier.value)} on ${earlier.on}, ${count(later.value)} on ${later.on}`;
  }
  return computed.map(({ rule, value }) => `${count(value)} ${rules[rule]}`).join(', ');
}

const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

const units: Record<FigureEntry['unit'], string> = {
  AGREEMENTS: 'agreements',
  AGENCIES: 'agencies',
  STATES: 'states',
  PERCENT: '%',
  OFFICERS: 'officers',
  DOLLARS: 'dollars',
};

const verdicts: Record<Verdict, string> = {
  REPRODUCED: 'reproduced',
  REPRODUCED_UNDER_ANOTHER_RULE: 'under another rule',
  NOT_REPRODUCED: 'not reproduced',
  NO_DATA: 'no data',
};

const rules: Record<CountingRule, string> = {
  AGREEMENTS: 'agreements',
  AGENCIES: 'agencies',
  AGENCIES_AS_PRINTED: 'agencies as printed',
  ROWS: 'rows',
  ROWS_WITH_STATE_AS_PRINTED: 'rows with the state exactly as printed',
  STATES: 'states',
  PLACES: 'places',
  PERCENT_OF_AGREEMENTS: '% of agreements',
  PERCENT_OF_AGENCIES: '% of agencies',
  PERCENT_OF_AGENCIES_AS_PRINTED: '% of agencies as printed',
  PERCENT_OF_ROWS: '% of rows',
  PERCENT_OF_ROWS_WITH_STATE_AS_PRINTED: '% of rows with the state exactly as printed',
  PERCENT_OF_AGENCIES_AS_PRINTED_AGAINST_AGREEMENTS: '% of agencies as printed against agreements',
};
