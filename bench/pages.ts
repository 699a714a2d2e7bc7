/**
 * Question: how long does each page of examples/pages take on a connection that was never asked before?
 *
 *   npx tsx bench/pages.ts [--lists FOLDER] [--rounds 7] [--most 50]
 *
 * Needs a PostgreSQL installation, or a server in BENCH_DATABASE_URL. The lists of the folder are ingested into one
 * ledger; without a folder those beside the repository (../shared/data), and where there are none the sample's. In each
 * round every page is asked once through the pipeline, on open connections that were asked nothing: statements are built,
 * parsed and planned, the document is parsed and priced. The reference takes its turn in the same round.
 *
 * Columns: `cold ms` median of the rounds · `again ms` the third time on the same connections, median · `x reference`
 * cold as a multiple of one statement that counts all agreements and agencies from the tables, on a new connection too.
 * A page over `--most` milliseconds ends with exit code 1.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { Abort } from '../src/abort.ts';
import { findLists } from '../src/cli/find-lists.ts';

import type { OpenDatabase } from '../src/database/database.ts';
import { openDatabase } from '../src/database/open.ts';
import { createPreparer } from '../src/graphql/document/document.ts';
import { admitAll } from '../src/graphql/execution/caller.ts';
import { createContext } from '../src/graphql/execution/create-context.ts';
import { createPipeline } from '../src/graphql/execution/pipeline.ts';
import { typenameOf } from '../src/graphql/schema/node.ts';
import { schema } from '../src/graphql/schema/schema.ts';
import { counties } from '../src/intake/vocabulary/counties.ts';
import { createOperations } from '../src/operations/create-operations.ts';
import { packageRoot } from '../src/package-root.ts';
import { createQueries } from '../src/queries/queries.ts';
import { writeSampleLists } from '../src/sample/lists/write-lists.ts';
import { type SitePage, sitePages } from '../tests/support/servers/site-pages.ts';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    lists: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    most: { type: 'string', default: '50' },
  },
});
const reference = `select count(*), count(distinct agency_id), count(distinct place_code) from agreements
  where derived and merged_into is null and status = 'ACTIVE'`;
await main(Number(values.rounds), Number(values.most));

async function main(rounds: number, most: number): Promise<void> {
  await using server = await openBenchServer();
  const url = await server.createLedger('pages');
  const what = await fill(url);
  const connection = connect(url);
  await connection.unsafe('vacuum analyze');
  const pages = pagesOn(await someAgency(url));
  const [cold, again] = [new Map<string, number[]>(), new Map<string, number[]>()];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, page] of Object.entries(pages)) {
      const times = await visit(url, page);
      put(cold, name, times.cold);
      put(again, name, times.again);
    }
    plain.push(await timeReference(url));
  }
  await connection.end();
  const unit = median(plain);
  const lines = Object.keys(pages).map((name) => {
    const own = median(cold.get(name) ?? []);
    return [name, own.toFixed(1), median(again.get(name) ?? []).toFixed(1), (own / unit).toFixed(1)];
  });
  process.stdout.write(`\n${what}; the reference takes ${unit.toFixed(1)} ms\n`);
  process.stdout.write(`${formatTable(['page', 'cold ms', 'again ms', 'x reference'], lines, 1)}\n`);
  if ([...cold.values()].some((times) => median(times) > most)) process.exitCode = 1;
}

/** Answers what the ledger was filled with. */
async function fill(url: string): Promise<string> {
  const beside = join(dirname(packageRoot()), 'shared', 'data');
  const folder = values.lists ?? (existsSync(beside) ? beside : null);
  const made = folder === null ? await mkdtemp(join(tmpdir(), 'accord287-bench-')) : null;
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    if (made !== null) await writeSampleLists(made, { agencies: 1154, lists: 30 });
    const { lists } = await findLists([folder ?? made ?? '']);
    process.stderr.write(`ingesting ${lists.length} lists\n`);
    const operations = createOperations(database);
    await operations.ingest({ paths: lists });
    const estimates = counties().map(({ fips }, index) => ({ fips, people: 1000 + index }));
    await operations.importPopulation({ fileName: 'made up', year: 2024, estimates });
    return `${lists.length} ${made === null ? '' : 'sample '}lists`;
  } finally {
    await database.close();
    if (made !== null) await rm(made, { recursive: true });
  }
}

/** That with the most agreements in force. */
async function someAgency(url: string): Promise<string> {
  const connection = connect(url);
  const [row] = await connection<
    { slug: string }[]
  >`select a.slug from agencies a join agreements g on g.agency_id = a.id
    where a.derived and a.merged_into is null and g.status = 'ACTIVE' group by a.slug order by count(*) desc, a.slug limit 1`;
  await connection.end();
  if (row === undefined) throw new Error('The lists have no agency with an agreement in force.');
  return row.slug;
}

function pagesOn(slug: string): Record<string, SitePage> {
  const variables: Record<string, SitePage['variables']> = {
    agency: { slug },
    changes: { from: '2025-09-01', to: '2026-02-02' },
    timeline: { from: '2025-01-01', to: '2026-12-31' },
    'two-dates': { before: '2025-09-01', after: '2026-02-02' },
  };
  return Object.fromEntries(
    Object.entries(sitePages).map(([name, page]) => [
      name,
      { ...page, variables: { ...page.variables, ...variables[name] } },
    ]),
  );
}

/** Milliseconds of the first time on new connections, and of the third. */
async function visit(url: string, page: SitePage): Promise<{ cold: number; again: number }> {
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    await openConnections(database);
    const queries = createQueries(database);
    const pipeline = createPipeline({ schema, typenameOf, deadline: 60_000 });
    const prepare = createPreparer(schema);
    const viewer = { operator: false };
    const ask = async (): Promise<void> => {
      const { errors } = await pipeline({
        ...{ document: prepare(page.query), variables: page.variables },
        caller: { viewer, address: '', admission: admitAll, abort: new Abort() },
        context: (limits) => createContext(queries, viewer, limits),
      });
      if (errors !== undefined) throw new Error(`${page.query}: ${errors[0]?.message}`);
    };
    const cold = await time(ask);
    await ask();
    return { cold, again: await time(ask) };
  } finally {
    await database.close();
  }
}

/** As a server's, which are open before the page is asked; a page asks on at most three at once. */
async function openConnections(database: OpenDatabase): Promise<void> {
  const long = sql`select pg_sleep(0.02)`;
  await Promise.all([database.db.execute(long), database.db.execute(long), database.db.execute(long)]);
}

async function timeReference(url: string): Promise<number> {
  const connection = connect(url);
  await connection`select 1`;
  const taken = await time(() => connection.unsafe(reference));
  await connection.end();
  return taken;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function put(times: Map<string, number[]>, name: string, milliseconds: number): void {
  times.set(name, [...(times.get(name) ?? []), milliseconds]);
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
