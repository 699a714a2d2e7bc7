/**
 * Question: what does a query cost a server, beside doing nothing, doing it by hand, and another GraphQL server?
 *
 *   npx tsx bench/queries.ts [--agreements 1500,300000] [--rounds 5] [--milliseconds 400] [--only Agency,Newest]
 *     [--before path/of/another/build/dist/src/main.js]
 *
 * Needs `npm run build`, and a PostgreSQL installation or a server in BENCH_DATABASE_URL; installs bench/peers on
 * first use. Each server is a process of its own, all on one core, which nothing else uses; PostgreSQL and the load
 * (8 connections) are on the other. All servers get the same requests over the same tables, in rounds one after the
 * other, and must give equal answers before anything is measured:
 *   constant   the answer's bytes, ready-made, behind bare node:http
 *   flat join  one hand-written prepared statement, its rows made into objects by hand, behind bare node:http
 *   mercurius  Mercurius with JIT and loaders
 *   graphql-js this program's schema behind bare node:http, run by graphql-js and DataLoader
 *   planned    the same, run by its plans as this program runs it: what they save
 *   before     another build of this program, where `--before` names one
 *   ours       this program, as compiled and as shipped, its log of requests included
 *
 * Columns: `CPU` median milliseconds of CPU time of the server a request · `x constant`, `x flat join`, `x mercurius`
 * that as a multiple of the reference's · `database` milliseconds of CPU time of PostgreSQL a request · `requests/s`
 * median. Then what a page of 50 costs the database at the start and after 90 % of all agreements.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import type postgres from 'postgres';
import { places } from '../schema/places.ts';
import { countAnew } from './database/count-anew.ts';
import { connect, openBenchServer } from './database/open-bench-database.ts';
import { costOfPage } from './queries/deep-page.ts';
import { type BenchOperation, makeOperations } from './queries/operations.ts';
import { bodyOf, type Figures, measureInRounds, type Rounds, warmUp } from './queries/rounds.ts';
import { seedLedger } from './queries/seed.ts';
import { formatTable } from './support/plain-table.ts';
import { leaveServersTheirCore, type ServerProcess, startServerProcess } from './support/server-process.ts';

const { values } = parseArgs({
  options: {
    agreements: { type: 'string', default: '1500,300000' },
    rounds: { type: 'string', default: '5' },
    milliseconds: { type: 'string', default: '400' },
    only: { type: 'string', default: '' },
    before: { type: 'string', default: '' },
  },
});
const names = ['constant', 'flat join', 'mercurius', 'graphql-js', 'planned', 'before', 'ours'] as const;
const head = ['operation', 'server', 'CPU ms', 'x constant', 'x flat join', 'x mercurius', 'database ms', 'requests/s'];
await main();

async function main(): Promise<void> {
  preparePeers();
  const pinned = await leaveServersTheirCore();
  if (!pinned) process.stderr.write('taskset is missing: the servers are not bound to a core of their own.\n');
  await using server = await openBenchServer();
  for (const count of values.agreements.split(',').map(Number)) {
    process.stderr.write(`${count} agreements: filling the tables\n`);
    const url = await server.createLedger(`queries_${count}`);
    const sql = connect(url);
    await seedLedger(sql, count);
    await countAnew(url);
    process.stdout.write(`\n${count.toLocaleString('en')} agreements\n${await compare(sql, url, pinned)}\n`);
    process.stdout.write(`${await compareDepths(sql, url)}\n`);
    await sql.end();
  }
}

function preparePeers(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (!existsSync(join(root, 'dist/src/main.js'))) throw new Error('Run "npm run build" first.');
  const peers = join(root, 'bench/peers');
  if (!existsSync(join(peers, 'node_modules'))) {
    execFileSync('npm', ['ci', '--prefix', peers, '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
  }
}

async function compare(sql: postgres.Sql, url: string, pinned: boolean): Promise<string> {
  const wanted = values.only.split(',').filter(Boolean);
  const operations = (await makeOperations(sql)).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const rounds: Rounds = { count: Number(values.rounds), milliseconds: Number(values.milliseconds) };
  const folder = await mkdtemp(join(tmpdir(), 'accord287-bench-'));
  const started: ServerProcess[] = [];
  const start = async (name: string, file: string, args: string[], env: Record<string, string> = {}) => {
    const contestant = await startServerProcess(name, [pathOf(file), ...args], env, pinned);
    started.push(contestant);
    return contestant;
  };
  try {
    await writeFile(join(folder, 'places.json'), JSON.stringify(places));
    const flat = await start('flat join', './queries/flat-join-server.ts', [url]);
    const mercurius = await start('mercurius', './peers/mercurius-server.ts', [url, join(folder, 'places.json')]);
    const ways = ['graphql-js', 'planned'] as const;
    const executions = [];
    for (const way of ways) executions.push(await start(way, './queries/execution-server.ts', [url, way]));
    const unlimited = { POINTS_PER_MINUTE: '1000000', REQUESTS_PER_MINUTE: '1000000' };
    const settings = { DATABASE_URL: url, PORT: '0', ...unlimited };
    const before = values.before === '' ? [] : [await start('before', resolve(values.before), [], settings)];
    const ours = await start('ours', '../dist/src/main.js', [], settings);
    await writeFile(
      join(folder, 'answers.json'),
      JSON.stringify(await collectAnswers([flat, mercurius, ...executions, ...before, ours], operations)),
    );
    const constant = await start('constant', './queries/constant-server.ts', [join(folder, 'answers.json')]);
    const lines: string[][] = [];
    const contestants = [constant, flat, mercurius, ...executions, ...before, ours];
    await warmUp(contestants, operations);
    for (const operation of operations) {
      process.stderr.write(`${operation.name}: ${operation.question}\n`);
      const figures = await measureInRounds(contestants, operation, rounds, sql);
      lines.push(...linesOf(operation, figures));
    }
    return formatTable(head, lines, 2);
  } finally {
    for (const contestant of started) await contestant.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** The answer to each operation, once all of these servers agree on it. */
async function collectAnswers(
  contestants: readonly ServerProcess[],
  operations: readonly BenchOperation[],
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const operation of operations) {
    const { name } = operation;
    const body = bodyOf(operation);
    for (const contestant of contestants) {
      const response = await fetch(contestant.url, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
      });
      const text = await response.text();
      const first = answers[name];
      if (first === undefined) answers[name] = text;
      else if (!isDeepStrictEqual(JSON.parse(text), JSON.parse(first))) {
        throw new Error(`${contestant.name} answers ${name} otherwise:\n${text.slice(0, 600)}\n${first.slice(0, 600)}`);
      }
    }
  }
  return answers;
}

function linesOf({ name }: BenchOperation, figures: ReadonlyMap<string, Figures>): string[][] {
  const times = (own: Figures, reference: string): string => {
    const other = figures.get(reference);
    return other === undefined ? '' : (own.cpuMilliseconds / other.cpuMilliseconds).toFixed(2);
  };
  return names.flatMap((server) => {
    const own = figures.get(server);
    if (own === undefined) return [];
    return [
      [
        ...[server === names[0] ? name : '', server, own.cpuMilliseconds.toFixed(3)],
        ...[times(own, 'constant'), times(own, 'flat join'), times(own, 'mercurius')],
        ...[own.databaseMilliseconds?.toFixed(2) ?? 'unknown', own.requestsPerSecond.toFixed(0)],
      ],
    ];
  });
}

async function compareDepths(sql: postgres.Sql, url: string): Promise<string> {
  const deepest = (await makeOperations(sql)).find(({ name }) => name === 'Deep');
  const first = await costOfPage(sql, url, null);
  const deep = await costOfPage(sql, url, String(deepest?.variables.after));
  const ratios = [deep.milliseconds / first.milliseconds, deep.buffers / first.buffers];
  return formatTable(
    ['page of 50', 'database ms', 'buffers'],
    [
      ['first', first.milliseconds.toFixed(3), String(first.buffers)],
      ['after 90 %', deep.milliseconds.toFixed(3), String(deep.buffers)],
      ['ratio', ...ratios.map((each) => each.toFixed(2))],
    ],
    1,
  );
}
