/**
 * Question: do the counts cost the same however many agreements there are, and what would counting anew cost?
 *
 *   npx tsx bench/analysis.ts [--agreements 1500,30000,300000] [--rounds 15]
 *
 * Needs a PostgreSQL installation, or a server in BENCH_DATABASE_URL. A ledger of each size has the same lists, one a
 * day for a year, so that only the number of agreements differs. Ours and the reference take turns, on one connection
 * each.
 *
 * Columns: `cold ms` the first time that a connection is asked (statements built, parsed and planned), median ·
 * `ms` again on the same connection, median · `SQL ms` one plain statement that counts agreements and agencies anew
 * from the tables of the ledger, median · `x SQL` ours as a multiple of it. Where nothing is kept, the program itself
 * counts anew, and there is no reference.
 */
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import { openDatabase } from '../src/database/open.ts';
import { createQueries } from '../src/queries/queries.ts';
import { type AnalysisOperation, operations } from './analysis/operations.ts';
import { seedLists } from './analysis/seed-lists.ts';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { formatTable } from './plain-table.ts';
import { seedLedger } from './queries/seed.ts';

const { values } = parseArgs({
  options: {
    agreements: { type: 'string', default: '1500,30000,300000' },
    rounds: { type: 'string', default: '15' },
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
    const lines: string[][] = [];
    for (const operation of operations) lines.push(await measure(operation, sql, url, rounds));
    const head = ['operation', 'cold ms', 'ms', 'SQL ms', 'x SQL'];
    process.stdout.write(
      `\n${size.toLocaleString('en')} agreements (counting everything anew: ${recounted.toFixed(0)} ms)\n`,
    );
    process.stdout.write(`${formatTable(head, lines, 1)}\n`);
    await sql.end();
  }
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
      const queries = createQueries(database.db);
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
