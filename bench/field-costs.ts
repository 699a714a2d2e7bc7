/**
 * Question: what does each field cost beside reading one agreement, which is the unit of the cost of an operation?
 *
 *   npx tsx bench/field-costs.ts --lists FOLDER [--milliseconds 300]
 *
 * Needs a PostgreSQL installation, or a server on this machine in BENCH_DATABASE_URL. The real lists are ingested into
 * one ledger; each operation is run through the pipeline until it has used so much CPU time. With `--ledger URL` a
 * ledger that was filled before is asked instead. CPU time of this process and of PostgreSQL is counted, not the time
 * that passes, so that what else the machine does matters little.
 *
 * Columns: `CPU us` microseconds of CPU time for each time that the field is answered, less those of `{ __typename }` ·
 * `units` that in agreements, of a page of a hundred with agency and state · `cost` what the operation is charged for
 * it, by the weights that the fields declare.
 */
import { parseArgs } from 'node:util';
import { Abort } from '../src/abort.ts';
import { findLists } from '../src/cli/find-lists.ts';
import { openDatabase } from '../src/database/open.ts';
import { measureCost } from '../src/graphql/document/cost.ts';
import { createPreparer } from '../src/graphql/document/document.ts';
import { admitAll } from '../src/graphql/execution/caller.ts';
import { createContext } from '../src/graphql/execution/create-context.ts';
import { createPipeline, type OperationRequest, type Pipeline } from '../src/graphql/execution/pipeline.ts';
import { typenameOf } from '../src/graphql/schema/node.ts';
import { schema } from '../src/graphql/schema/schema.ts';
import { createOperations } from '../src/operations/create-operations.ts';
import { createQueries } from '../src/queries/queries.ts';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { questions, row } from './field-costs/questions.ts';
import { findPostmaster, postgresCpu } from './queries/postgres-cpu.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    lists: { type: 'string' },
    ledger: { type: 'string' },
    milliseconds: { type: 'string', default: '300' },
  },
});
const prepare = createPreparer(schema);
const viewer = { operator: false };
await main(Number(values.milliseconds));

async function main(milliseconds: number): Promise<void> {
  if (values.ledger !== undefined) return report(values.ledger, milliseconds);
  if (values.lists === undefined) throw new Error('Say --lists FOLDER or --ledger URL.');
  await using server = await openBenchServer();
  const url = await server.createLedger('field_costs');
  await ingest(url, values.lists);
  await report(url, milliseconds);
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

async function report(url: string, milliseconds: number): Promise<void> {
  const sql = connect(url);
  await sql.unsafe('vacuum analyze');
  const postmaster = await findPostmaster(sql);
  if (postmaster === null) throw new Error('PostgreSQL has to run on this machine, with /proc.');
  const database = await openDatabase({ kind: 'postgres', url });
  try {
    const queries = createQueries(database);
    const pipeline = createPipeline({ schema, typenameOf, deadline: 60_000 });
    const ask = (query: string) => run(pipeline, query, (limits) => createContext(queries, viewer, limits));
    const time = (query: string) => cpuOf(() => ask(query), postmaster, milliseconds);
    const nothing = await time('{ __typename }');
    const page = async (size: number) => (await time(`{ agreements(first: ${size}) { nodes { ${row} } } }`)) - nothing;
    const unit = ((await page(100)) - (await page(1))) / 99;
    const lines: string[][] = [['agreement', '1', (unit * 1000).toFixed(1), '1', '']];
    for (const { name, query, times } of questions) {
      const used = ((await time(query)) - nothing) / times;
      lines.push([
        name,
        String(times),
        (used * 1000).toFixed(0),
        (used / unit).toFixed(0),
        (costOf(query) / times).toFixed(0),
      ]);
      process.stderr.write(`${lines.at(-1)?.join(' | ')}\n`);
    }
    process.stdout.write(`${formatTable(['field', 'times', 'CPU us', 'units', 'cost'], lines, 1)}\n`);
  } finally {
    await database.close();
    await sql.end();
  }
}

function costOf(query: string): number {
  const [operation] = prepare(query).operations;
  if (operation === undefined) throw new Error(`${query} is refused.`);
  return measureCost(operation.node, { schema, fragments: operation.fragments, variables: {} }).found;
}

async function run(pipeline: Pipeline, query: string, context: OperationRequest['context']): Promise<void> {
  const caller = { viewer, address: '', admission: admitAll, abort: new Abort() };
  const { errors } = await pipeline({ document: prepare(query), caller, context });
  if (errors !== undefined) throw new Error(`${query}: ${errors[0]?.message}`);
}

/** Milliseconds of CPU time that one run uses, of this process and of PostgreSQL together. */
async function cpuOf(work: () => Promise<void>, postmaster: number, milliseconds: number): Promise<number> {
  for (let warm = 0; warm < 3; warm += 1) await work();
  const used = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 + postgresCpu(postmaster);
  };
  const start = used();
  let runs = 0;
  while (runs < 5 || used() - start < milliseconds) {
    for (let each = 0; each < 3; each += 1, runs += 1) await work();
  }
  return (used() - start) / runs;
}
