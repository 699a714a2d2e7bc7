/** What the first and a deep page cost the database: the program's own statements under EXPLAIN (ANALYZE, BUFFERS). */
import type postgres from 'postgres';
import { openDatabase } from '../../src/database/open.ts';
import { createQueries } from '../../src/queries/queries.ts';
import { StatementRecorder } from '../../tests/support/databases/statement-recorder.ts';

export interface PageCost {
  /** Median of the runs, planning left out: the statements are prepared. */
  milliseconds: number;
  /** Pages of 8 KB that were touched. */
  buffers: number;
}

const RUNS = 25;

export async function costOfPage(sql: postgres.Sql, url: string, after: string | null): Promise<PageCost> {
  const recorder = new StatementRecorder();
  const database = await openDatabase({ kind: 'postgres', url, logger: recorder });
  try {
    await createQueries(database).agreements({
      args: { first: 50, after },
      wanted: { rows: true, fields: new Set(['model', 'status', 'agencyId']) },
      filter: {},
      orderBy: { field: 'SIGNED_ON', direction: 'DESC' },
    });
  } finally {
    await database.close();
  }
  const statement = recorder.all.at(-1);
  if (statement === undefined) throw new Error('The page was read without a statement.');
  return explain(sql, statement.sql, statement.params);
}

interface Plan {
  'Execution Time': number;
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

async function explain(sql: postgres.Sql, text: string, params: readonly unknown[]): Promise<PageCost> {
  const plans: Plan[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const [row] = await sql.unsafe<{ 'QUERY PLAN': Plan[] }[]>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      // Texts, numbers and nulls: placeholders hold nothing else.
      [...params] as (string | number | null)[],
    );
    const plan = row?.['QUERY PLAN'][0];
    if (plan) plans.push(plan);
  }
  plans.sort((a, b) => a['Execution Time'] - b['Execution Time']);
  const median = plans[Math.floor(plans.length / 2)];
  if (median === undefined) throw new Error('EXPLAIN said nothing.');
  const { 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = median.Plan;
  return { milliseconds: median['Execution Time'], buffers: hit + read };
}
