/**
 * Question: do the counts cost the same however many agreements there are, and what would counting anew cost?
 *
 *   npx tsx bench/analysis.ts [--agreements 1500,30000,300000] [--rounds 15] [--lists FOLDER]
 *
 * Needs a PostgreSQL installation, or a server in BENCH_DATABASE_URL. A ledger of each size has the same lists, one a
 * day for a year, so that only the number of agreements differs. Ours and the reference take turns, on one connection
 * each. With a folder of real lists, they are ingested into one more ledger, and the figures are held against them.
 *
 * Columns: `cold ms` the first time that a connection is asked (statements built, parsed and planned), median ·
 * `ms` again on the same connection, median · `SQL ms` one plain statement that counts agreements and agencies anew
 * from the tables of the ledger, median · `x SQL` ours as a multiple of it. Where nothing is kept, the program itself
 * counts anew, and there is no reference.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { findLists } from '../src/cli/find-lists.ts';
import { openDatabase } from '../src/database/open.ts';
import { createOperations } from '../src/operations/create-operations.ts';
import { createQueries } from '../src/queries/queries.ts';
import { type AnalysisOperation, figures, operations } from './analysis/operations.ts';
import { seedLists } from './analysis/seed-lists.ts';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { seedLedger } from './queries/seed.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    agreements: { type: 'string', default: '1500,30000,300000' },
    rounds: { type: 'string', default: '15' },
    lists: { type: 'string' },
  },
});
await main(values.agreements.split(',').map(Number), Number(values.rounds));

async function main(sizes: readonly number[], rounds: number): Promise<void> {
  await using server = await openBenchServer();
  for (const size of sizes) {
    process.stderr.write(`${size} agreements: filling the tables\n`);
    const url = await server.createLedger(`analysis_${size}`);
    const sql = connect(url);
    await seedLedger(sql, size);
    const recounted = await seedLists(sql, url);
    const what = `${size.toLocaleString('en')} agreements (counting everything anew: ${recounted.toFixed(0)} ms)`;
    await report(what, operations, sql, url, rounds);
    await sql.end();
  }
  if (values.lists === undefined) return;
  const url = await server.createLedger('analysis_real');
  await ingest(url, values.lists);
  const sql = connect(url);
  await sql.unsafe('vacuum analyze');
  await report(`the lists of ${basename(values.lists)}`, [...operations, figures], sql, url, rounds);
  await sql.end();
}

async function ingest(url: string, folder: string): Promise<void> {
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    process.stderr.write('ingesting\n');
    await createOperations(database).ingest({ paths: (await findLists([folder])).lists });
  } finally {
    await database.close();
  }
}

async function report(
  what: string,
  asked: readonly AnalysisOperation[],
  sql: postgres.Sql,
  url: string,
  rounds: number,
): Promise<void> {
  const lines: string[][] = [];
  for (const operation of asked) lines.push(await measure(operation, sql, url, rounds));
  const head = ['operation', 'cold ms', 'ms', 'SQL ms', 'x SQL'];
  process.stdout.write(`\n${what}\n${formatTable(head, lines, 1)}\n`);
}

async function measure(
  { name, ask, reference }: AnalysisOperation,
  sql: postgres.Sql,
  url: string,
  rounds: number,
): Promise<string[]> {
  const [cold, warm, plain]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const database = await openDatabase({ kind: 'postgres', url });
    try {
      await database.ping();
      const queries = createQueries(database);
      cold?.push(await time(() => ask(queries)));
      // The second use prepares the statements.
      await ask(queries);
      warm?.push(await time(() => ask(queries)));
    } finally {
      await database.close();
    }
    if (reference !== null) plain?.push(await time(() => sql.unsafe(reference)));
  }
  const [ours, theirs] = [median(warm ?? []), median(plain ?? [])];
  const compared = reference === null ? ['', ''] : [theirs.toFixed(2), (ours / theirs).toFixed(2)];
  return [name, median(cold ?? []).toFixed(2), ours.toFixed(2), ...compared];
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
