/**
 * Question: does the cost of an ingest follow what changed, and does its memory stay bounded, whatever the list's size?
 *
 *   npx tsx bench/ingest.ts [--rows 10000,100000,300000,1000000]
 *
 * Needs a PostgreSQL installation, or a server in BENCH_DATABASE_URL. For each size, in one ledger and each in a
 * process of its own: a plain COPY of the rows into a table without indexes; the first list; the same rows again a
 * day later; a list with 1 % changed rows; a list with 1,000 changed rows, which are released where the guard holds them.
 * Making the rows is part of every figure.
 * Between lists the tables are vacuumed and analysed, as autovacuum does in the half day that lies between real ones:
 * else the second list would pay for the first.
 *
 * Columns: `rows/s` listed rows a second, start to commit · `x COPY` time as a multiple of COPY's · `store` reading
 * and matching or writing the rows, µs a listed row · `settle` deriving, judging and writing what follows, seconds ·
 * `per change` µs a changed row, over what the list without changes took · `peak MB` highest resident memory of the
 * Node process.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { changedRows, type Phase, phases } from './ingest/generated-list.ts';
import type { Measured } from './ingest/step.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000,100000,300000,1000000' } } });
await main(values.rows.split(',').map(Number));

async function main(sizes: readonly number[]): Promise<void> {
  const head = [
    'rows',
    'list',
    'seconds',
    'rows/s',
    'x COPY',
    'store µs/row',
    'settle s',
    'per change µs',
    'events',
    'peak MB',
  ];
  await using server = await openBenchServer();
  for (const size of sizes) {
    const url = await server.createLedger(`ingest_${size}`);
    const lines: string[][] = [];
    const copy = await runStep('copy', size, url);
    lines.push(lineOf(size, 'COPY', copy, copy, ''));
    let unchanged: Measured | undefined;
    for (const phase of phases) {
      const measured = await runStep(phase, size, url);
      if (measured.status !== 'ACCEPTED') throw new Error(`The list "${phase}" of ${size} rows is ${measured.status}.`);
      await vacuum(url);
      if (phase === 'unchanged') unchanged = measured;
      lines.push(lineOf(size, phase, measured, copy, costOfChange(phase, size, measured, unchanged)));
    }
    process.stdout.write(`${formatTable(head, lines, 2)}\n`);
  }
}

async function runStep(step: Phase | 'copy', size: number, url: string): Promise<Measured> {
  process.stderr.write(`${size} rows: ${step}\n`);
  const file = fileURLToPath(new URL('./ingest/step.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), file, step, String(size), url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  // The step prints exactly this.
  return JSON.parse(stdout) as Measured;
}

async function vacuum(url: string): Promise<void> {
  const sql = connect(url);
  await sql.unsafe('vacuum analyze');
  await sql.end();
}

function total({ storeMilliseconds, settleMilliseconds }: Measured): number {
  return storeMilliseconds + settleMilliseconds;
}

function costOfChange(phase: Phase, size: number, measured: Measured, unchanged: Measured | undefined): string {
  const changed = changedRows(phase, size);
  if (changed === 0 || unchanged === undefined) return '';
  return (((total(measured) - total(unchanged)) * 1000) / changed).toFixed(0);
}

function lineOf(size: number, list: string, measured: Measured, copy: Measured, perChange: string): string[] {
  const milliseconds = total(measured);
  return [
    size.toLocaleString('en'),
    list,
    (milliseconds / 1000).toFixed(2),
    Math.round((size * 1000) / milliseconds).toLocaleString('en'),
    (milliseconds / total(copy)).toFixed(1),
    ((measured.storeMilliseconds * 1000) / size).toFixed(1),
    (measured.settleMilliseconds / 1000).toFixed(2),
    perChange,
    String(measured.events),
    measured.peakMegabytes.toFixed(0),
  ];
}
