/**
 * Question: does the program stand every fault and threat that is known, and by which test or figure is that shown?
 *
 *   npm run faults -- [--seconds 60] [--only D1,W4] [--list]
 *
 * Needs `npm run build` and a PostgreSQL installation: clusters of its own are stopped and filled. Runs what no test
 * can, since it takes long or a whole machine; `--seconds` is how long what lasts may last. Prints one table: each
 * fault by its id, then the tests that hold it, which are looked up, and the figures of this run beside those that
 * they must have. `--list` runs nothing, `--only` runs and prints some. The full volume needs the right to mount.
 *
 * Ends with 1 where a figure does not hold or a test is missing. Everything runs on the machine that also measures.
 */
import { inspect, parseArgs } from 'node:util';
import type { Figure } from './faults/figure.ts';
import { missingTests, type Row, rows } from './faults/rows.ts';
import { runs } from './faults/runs.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
  },
});
const chosen = values.only === '' ? rows.map(({ id }) => id) : values.only.split(',');
const unknown = chosen.filter((id) => !rows.some((row) => row.id === id));
if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(', ')}; --list prints all.`);
const wanted = (id: string): boolean => chosen.includes(id);
// tests/support/databases/postgres-cluster.ts makes a cluster only where it is wanted.
process.env.TEST_POSTGRES = '1';

const figures: Figure[] = [];
const broken: string[] = [];
for (const { rows: measured, run } of values.list ? [] : runs) {
  if (!measured.some(wanted)) continue;
  try {
    for await (const figure of run(Number(values.seconds), wanted)) {
      if (wanted(figure.row)) figures.push(figure);
      process.stderr.write(`${lineOf(figure).join('  ')}\n`);
    }
  } catch (error) {
    broken.push(`${measured.filter(wanted).join(', ')}: ${inspect(error)}`);
    process.stderr.write(`${broken.at(-1)}\n`);
  }
}
const printed = rows.filter(({ id }) => wanted(id));
const lost = printed.flatMap(missingTests);
process.stdout.write(`${formatTable(['', 'fault', 'held by', 'must be', ''], printed.flatMap(linesOf), 4)}\n`);
const failed = figures.filter(({ holds }) => !holds);
process.stdout.write(
  `${printed.length} faults; ${figures.length} figures, ${failed.length} of them FAIL; ${lost.length} tests missing; ${broken.length} runs broken off.\n`,
);
for (const line of [...lost, ...broken]) process.stderr.write(`${line}\n`);
process.exit(failed.length + lost.length + broken.length === 0 ? 0 : 1);

/** Its tests, its figures, and why there is no more. */
function linesOf({ id, fault, tests, open }: Row): string[][] {
  const files = [...new Set(tests.map(([file]) => file))];
  const found = figures.filter(({ row }) => row === id);
  const measurable = runs.some(({ rows: measured }) => measured.includes(id));
  const lines = [
    ...files.map((file) => [file, 'passes', '']),
    ...found.map((figure) => lineOf(figure).slice(1)),
    ...(measurable && found.length === 0 ? [['not measured in this run', '', '']] : []),
    ...(open === undefined ? [] : [[`open: ${open}`, '', '']]),
  ];
  return lines.map((line, index) => (index === 0 ? [id, fault, ...line] : ['', '', ...line]));
}

function lineOf({ row, what, measured, pass, holds }: Figure): [string, string, string, string] {
  return [row, `${what}: ${measured}`, pass, holds ? 'pass' : 'FAIL'];
}
