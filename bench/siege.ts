/**
 * Question: can hostile clients take the server from honest ones?
 *
 *   npm run siege -- [--seconds 300] [--rest 60] [--database embedded,postgres] [--lists 30] [--honest 50]
 *     [--hostile 31]
 *
 * Needs `npm run build`, and for PostgreSQL an installation or a server in BENCH_DATABASE_URL. The program as compiled,
 * with a heap of 1 GB and its limits as shipped. Honest clients, each from an address of its own (127.0.1.x), ask a
 * page a second and watch all events; lists are ingested throughout. Hostile ones (127.0.2.x), a process of their own,
 * have a shape each: documents that explode, floods, readers that do not read, forged cursors, groups without end.
 * Everything runs on the machine that also measures, so compare the siege with the calm before it.
 *
 * Ends with 1 where a count does not hold: the server ended, an honest watcher was closed or missed an event, or got
 * one twice, or watchers are left when everybody has gone. Times and memory are printed and not judged.
 */
import { parseArgs } from 'node:util';
import { besiege, type Siege, type SiegeOptions } from './siege/run.ts';
import { judgeSiege, type SiegeVerdict } from './siege/verdict.ts';
import { formatTable } from './support/plain-table.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    rest: { type: 'string', default: '60' },
    database: { type: 'string', default: 'embedded,postgres' },
    lists: { type: 'string', default: '30' },
    honest: { type: 'string', default: '50' },
    hostile: { type: 'string', default: '31' },
  },
});
// tests/support/databases/postgres-cluster.ts makes a cluster only where it is wanted.
process.env.TEST_POSTGRES = '1';
for (const database of values.database.split(',')) {
  if (database !== 'embedded' && database !== 'postgres') throw new Error(`${database} is no database of the siege.`);
  const options: SiegeOptions = {
    ...{ database, seconds: Number(values.seconds), restSeconds: Number(values.rest) },
    ...{ lists: Number(values.lists), honest: Number(values.honest), hostile: Number(values.hostile) },
  };
  const siege = await besiege(options);
  print(options, siege, judgeSiege(siege));
}

function print({ database, seconds }: SiegeOptions, siege: Siege, verdict: SiegeVerdict): void {
  const lines = figuresOf(siege, verdict).map(([name, figure]) => [name, String(figure)]);
  process.stdout.write(`\n${database}, ${seconds} s\n${formatTable(['measured', ''], lines, 1)}\n\n`);
  const strikes = siege.strikes.map(({ shape, outcomes }) => [
    shape,
    Object.entries(outcomes)
      .map(([outcome, count]) => `${outcome} × ${count}`)
      .join(', '),
  ]);
  process.stdout.write(`${formatTable(['hostile client', 'what came of it'], strikes, 2)}\n`);
  for (const [refusal, count] of Object.entries(verdict.refusals))
    process.stdout.write(`honest: ${count} × ${refusal}\n`);
  for (const line of [...siege.errors, ...verdict.broken]) process.stderr.write(`${line}\n`);
  if (verdict.broken.length > 0) process.exitCode = 1;
}

function figuresOf(siege: Siege, verdict: SiegeVerdict): [string, number | string][] {
  const { calm, besieged } = verdict;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  return [
    [
      'honest queries, calm: answers, median, p99 (ms)',
      `${calm.answers}, ${calm.median.toFixed(0)}, ${calm.p99.toFixed(0)}`,
    ],
    [
      'honest queries, besieged: answers, median, p99 (ms)',
      `${besieged.answers}, ${besieged.median.toFixed(0)}, ${besieged.p99.toFixed(0)}`,
    ],
    ['p99 as a multiple of calm', (besieged.p99 / calm.p99).toFixed(2)],
    ['honest queries without data', Object.values(verdict.refusals).reduce((sum, count) => sum + count, 0)],
    ['events', verdict.events],
    ['watchers with every event, in order, once', `${verdict.complete} of ${siege.clients.length}`],
    ['honest watchers closed or refused', verdict.losses.length],
    ['latest receipt after its ingest returned (ms)', verdict.latest.toFixed(0)],
    ['watchers left when everybody has gone', siege.watchersLeft],
    [
      'heap and external memory, before and after',
      `${megabytes(siege.before.heap + siege.before.external)}, ${megabytes(siege.after.heap + siege.after.external)}`,
    ],
    ['… as a multiple of before', verdict.growth.toFixed(2)],
    ['resident memory, before and after', `${megabytes(siege.before.resident)}, ${megabytes(siege.after.resident)}`],
    ['the server', siege.serverEnded ?? 'lives'],
  ];
}
