/**
 * Question: what does it cost to tell ten thousand watchers of one event, beside the least that it could cost?
 *
 *   npx tsx bench/fanout.ts [--watchers 1000,5000,10000] [--events 7] [--stall 60] [--only ours,raw]
 *
 * Needs `npm run build`, and a PostgreSQL installation or a server in BENCH_DATABASE_URL. Each server is a process of
 * its own on one core; PostgreSQL and the clients are on the other. The references:
 *   raw ready     bare ws, one ready frame for all
 *   raw spliced   bare ws, the id of each watcher's operation put into the frame
 *   graphql-ws    graphql-ws as documented, over an iterator in memory
 * `ours` is the program as compiled, with its log in PostgreSQL, an event there being committed and read again.
 *
 * Columns: `accept` milliseconds until all had subscribed, one hundred at a time, and CPU of the server for each ·
 * `KB` memory of the server for each watcher · `first`, `median`, `last` milliseconds from the commit (or the call)
 * to the receipts, medians of the events · `CPU` microseconds of the server for each delivery · `x spliced` the last
 * receipt as a multiple of the spliced reference's in the same run.
 */
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBenchServer } from './database/open-bench-database.ts';
import { middle, opening, receipts, startClients } from './fanout/clients.ts';
import { measureBurst, measureFilters, measureStalled, measureStorm } from './fanout/crowds.ts';
import { type Ours, startOurs } from './fanout/ours.ts';
import type { Receipts } from './fanout/watchers.ts';
import { formatTable } from './support/plain-table.ts';
import { leaveServersTheirCore, type ServerProcess, startServerProcess } from './support/server-process.ts';

const { values } = parseArgs({
  options: {
    watchers: { type: 'string', default: '1000,5000,10000' },
    events: { type: 'string', default: '7' },
    stall: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
  },
});

interface Contestant extends AsyncDisposable {
  server: ServerProcess;
  /** Sends one event to all; resolves to when. */
  fire(): Promise<number>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const head = [
  'watchers',
  'server',
  'accept ms',
  'CPU µs each',
  'KB each',
  'first',
  'median',
  'last',
  'CPU µs',
  'x spliced',
];
const pinned = await leaveServersTheirCore();
if (!pinned) process.stderr.write('taskset is missing: the servers are not bound to a core of their own.\n');
await using postgres = await openBenchServer();
const names = ['raw ready', 'raw spliced', 'graphql-ws', 'ours'].filter((name) =>
  values.only === '' ? true : values.only.split(',').some((each) => name.includes(each)),
);
const lines: string[][] = [];
for (const count of values.watchers.split(',').map(Number)) {
  let spliced = Number.NaN;
  for (const name of names) {
    await using contestant = await start(name, `fanout_${count}`);
    const figures = await measure(contestant, count);
    if (name === 'raw spliced') spliced = figures.last;
    lines.push([String(count), name, ...format(figures), (figures.last / spliced).toFixed(2)]);
    process.stderr.write(`${lines.at(-1)?.join('  ')}\n`);
  }
}
process.stdout.write(`${formatTable(head, lines, 2)}\n`);
if (names.includes('ours')) {
  for (const tell of [tellFilters, tellBurst, tellStorm, tellStalled]) {
    await using ours = await startOurs(await postgres.createLedger(`fanout_${tell.name}`.toLowerCase()), pinned);
    process.stdout.write(`\n${await tell(ours)}\n`);
  }
}

async function start(name: string, database: string): Promise<Contestant> {
  if (name === 'ours') {
    const {
      server,
      publisher,
      [Symbol.asyncDispose]: stop,
    } = await startOurs(await postgres.createLedger(database), pinned);
    return { server, fire: () => publisher.publish('TX'), [Symbol.asyncDispose]: stop };
  }
  const command =
    name === 'graphql-ws' ? [here('./fanout/graphql-ws-server.ts')] : [here('./fanout/raw-server.ts'), name.slice(4)];
  const server = await startServerProcess(name, command, {}, pinned);
  const fire = async (): Promise<number> => {
    server.fire();
    return performance.timeOrigin + performance.now();
  };
  return { server, fire, [Symbol.asyncDispose]: server.stop };
}

interface Figures {
  accept: number;
  acceptCpu: number;
  bytes: number;
  first: number;
  median: number;
  last: number;
  cpu: number;
}

async function measure({ server, fire }: Contestant, count: number): Promise<Figures> {
  const clients = startClients();
  const memory = await server.memory();
  const before = await server.cpu();
  const { milliseconds } = await opening(clients, server.url, count, [{}]);
  await setTimeout(500);
  const acceptCpu = ((await server.cpu()) - before) / count;
  const bytes = ((await server.memory()) - memory) / count;
  await setTimeout(500);
  const open = await server.cpu();
  const events = Number(values.events);
  const seen: Receipts[] = [];
  for (let event = 0; event < events; event += 1) {
    await setTimeout(200);
    seen.push(await receipts(clients, count, fire));
  }
  const after = await server.cpu();
  clients.kill();
  return {
    accept: milliseconds,
    acceptCpu,
    bytes,
    first: middle(seen.map(({ first }) => first)),
    median: middle(seen.map(({ median }) => median)),
    last: middle(seen.map(({ last }) => last)),
    cpu: (after - open) / count / events,
  };
}

function format({ accept, acceptCpu, bytes, first, median, last, cpu }: Figures): string[] {
  const whole = (figure: number): string => figure.toFixed(0);
  return [
    whole(accept),
    whole(acceptCpu),
    (bytes / 1024).toFixed(1),
    first.toFixed(1),
    whole(median),
    whole(last),
    cpu.toFixed(1),
  ];
}

async function tellFilters(ours: Ours): Promise<string> {
  const count = 10_000;
  const { filters, wanted, cpuMilliseconds, lastMilliseconds } = await measureFilters(
    ours,
    count,
    Number(values.events),
  );
  return `${count} watchers over ${filters} filters, an event that ${wanted} want: ${cpuMilliseconds.toFixed(1)} ms of CPU, last receipt ${lastMilliseconds.toFixed(0)} ms`;
}

async function tellBurst(ours: Ours): Promise<string> {
  const [count, events] = [1_000, 2_000];
  const { firstMilliseconds, lastMilliseconds, cpuMicroseconds } = await measureBurst(ours, count, events);
  return `${events} events of one transaction to ${count} watchers, in order: first receipt ${firstMilliseconds.toFixed(0)} ms, last ${lastMilliseconds.toFixed(0)} ms, ${cpuMicroseconds.toFixed(1)} µs of CPU for each delivery`;
}

async function tellStorm(ours: Ours): Promise<string> {
  const count = 5_000;
  const { missed, received, allMilliseconds, p99Milliseconds } = await measureStorm(ours, count);
  return `${count} watchers that come back at once, each having missed ${missed} events: all ${received} receipts after ${allMilliseconds.toFixed(0)} ms; a query over HTTP took ${p99Milliseconds.toFixed(0)} ms meanwhile (p99)`;
}

async function tellStalled(ours: Ours): Promise<string> {
  const [count, seconds] = [10_000, Number(values.stall)];
  const found = await measureStalled(ours, count, seconds);
  return [
    `${count} watchers, a tenth of which does not read for ${seconds} s while ${found.events - 1} events come, 20 at a time:`,
    `  last receipt of an event ${found.calmMilliseconds.toFixed(0)} ms before; of 20 events for the others ${found.stalledMilliseconds.toFixed(0)} ms during`,
    `  memory of the server grew by ${(found.grownBytes / 1_048_576).toFixed(1)} MB`,
    `  of those that did not read ${found.whole} of ${found.silent} have all ${found.events} events, ${found.closed} sockets were closed (had ${found.hadEvents})`,
  ].join('\n');
}
