/**
 * Question: what does a query cost on the embedded database, beside another build of this program?
 *
 *   npx tsx bench/embedded.ts --than ../other-checkout [--rounds 7] [--milliseconds 400] [--only Agency,Newest]
 *
 * Needs `npm run build` here and there. Both servers get the same requests (8 connections) over copies of one sample
 * ledger, in rounds one after the other, both on one core; the load is on the other. Only ratios are worth quoting.
 *
 * Columns: `CPU` median milliseconds of CPU time of the server a request, all its threads · `answer` median
 * milliseconds until a request is answered with 8 under way · `x` each as a multiple of the other build's. Then the
 * memory (RSS) of both, fresh and after the rounds.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { openLedger } from '../src/database/open-ledger.ts';
import { selectRecords } from '../src/database/records.ts';
import { RULES_VERSION } from '../src/ledger/derive/rules-version.ts';
import { fillSampleLedger } from '../src/operations/sample/fill-sample.ts';
import { agreementOrder } from '../src/queries/agreements.ts';
import { encodeKeysetCursor } from '../src/queries/keyset/keyset.ts';
import { generateLoad } from './queries/load.ts';
import { type BenchOperation, operationsOn } from './queries/operations.ts';
import { formatTable } from './support/plain-table.ts';
import { leaveServersTheirCore, type ServerProcess, startServerProcess } from './support/server-process.ts';

const CONNECTIONS = 8;
const { values } = parseArgs({
  options: {
    than: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    milliseconds: { type: 'string', default: '400' },
    only: { type: 'string', default: '' },
  },
});
if (values.than === undefined) throw new Error('--than names the folder of another, built checkout.');
await main(resolve(values.than), fileURLToPath(new URL('..', import.meta.url)));

async function main(other: string, own: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-bench-'));
  const pinned = await leaveServersTheirCore();
  const servers: ServerProcess[] = [];
  try {
    process.stderr.write('filling a sample ledger\n');
    const operations = await prepare(join(folder, 'other'));
    await cp(join(folder, 'other'), join(folder, 'own'), { recursive: true });
    for (const [name, root] of Object.entries({ other, own })) {
      const env = { DATA_DIR: join(folder, name), SAMPLE: 'true', PORT: '0', POINTS_PER_MINUTE: '1000000' };
      servers.push(await startServerProcess(name, [join(root, 'dist/src/main.js')], env, pinned));
    }
    const fresh = await Promise.all(servers.map((server) => server.memory()));
    const lines: string[][] = [];
    for (const operation of operations) lines.push(await compare(operation, servers));
    const used = await Promise.all(servers.map((server) => server.memory()));
    const head = ['operation', 'CPU other', 'CPU own', 'x', 'answer other', 'answer own', 'x'];
    process.stdout.write(`${formatTable(head, lines, 1)}\n`);
    const memory = servers.map(({ name }, index) => [name, megabytes(fresh[index]), megabytes(used[index])]);
    process.stdout.write(`${formatTable(['server', 'MB fresh', 'MB after'], memory, 1)}\n`);
  } finally {
    for (const server of servers) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(dataDir: string): Promise<BenchOperation[]> {
  const ledger = await openLedger({ directory: join(dataDir, 'sample'), sample: true }, RULES_VERSION);
  try {
    const { db } = ledger.database;
    await fillSampleLedger(ledger.database);
    const [agency] = await selectRecords<{ slug: string }>(
      db,
      sql`select a.slug from agencies a join agreements g on g.agency_id = a.id and g.status = 'ACTIVE'
        group by a.slug having count(*) = 2 order by a.slug limit 1`,
    );
    const newestFirst = await selectRecords<{ id: string; signedOn: string }>(
      db,
      sql`select id::text, signed_on::text as "signedOn" from agreements
        where status = 'ACTIVE' and signed_on is not null order by signed_on desc, id desc`,
    );
    const deep = newestFirst[Math.floor(newestFirst.length * 0.9)];
    if (agency === undefined || deep === undefined) throw new Error('The sample ledger is empty.');
    const wanted = values.only.split(',').filter(Boolean);
    const after = encodeKeysetCursor(agreementOrder('SIGNED_ON', true), deep);
    return operationsOn({ slug: agency.slug, after }).filter(
      ({ name }) => wanted.length === 0 || wanted.includes(name),
    );
  } finally {
    await ledger.close();
  }
}

async function compare(operation: BenchOperation, servers: readonly ServerProcess[]): Promise<string[]> {
  process.stderr.write(`${operation.name}: ${operation.question}\n`);
  const measured = servers.map(() => ({ cpu: [] as number[], answer: [] as number[] }));
  // The first two rounds warm the code and are thrown away.
  for (let round = -2; round < Number(values.rounds); round += 1) {
    for (const [index, server] of servers.entries()) {
      const figures = await measure(operation, server);
      if (round < 0) continue;
      measured[index]?.cpu.push(figures.cpu);
      measured[index]?.answer.push(figures.answer);
    }
  }
  const [other, own] = measured.map(({ cpu, answer }) => ({ cpu: median(cpu), answer: median(answer) }));
  if (other === undefined || own === undefined) throw new Error('There are two servers.');
  const figures = [other.cpu, own.cpu, own.cpu / other.cpu, other.answer, own.answer, own.answer / other.answer];
  return [operation.name, ...figures.map((figure) => figure.toFixed(2))];
}

async function measure({ name, query, variables }: BenchOperation, server: ServerProcess) {
  const body = JSON.stringify({ operationName: name, query, variables });
  const before = await server.cpu();
  const load = await generateLoad({ port: Number(new URL(server.url).port), body }, Number(values.milliseconds), 16);
  const cpu = ((await server.cpu()) - before) / 1_000 / load.requests;
  return { cpu, answer: (load.milliseconds * CONNECTIONS) / load.requests };
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

function megabytes(bytes = Number.NaN): string {
  return (bytes / 1e6).toFixed(0);
}
