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
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { places } from '../schema/places.ts';
import { openBenchServer } from './database/open-bench-database.ts';
import { operation } from './fanout/payload.ts';
import { openPublisher, type Publisher } from './fanout/publish.ts';
import type { Numbered, Order, Receipts } from './fanout/watchers.ts';
import { formatTable } from './plain-table.ts';
import { leaveServersTheirCore, type ServerProcess, startServerProcess } from './server-process.ts';

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
  publisher: Publisher | null;
}

/** Orders given so far: each has its number. Above what runs at once. */
let orders = 0;
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
  process.stdout.write(`\n${await measureFilters(10_000)}\n`);
  process.stdout.write(`\n${await measureBurst(1_000, 2_000)}\n`);
  process.stdout.write(`\n${await measureStorm(5_000)}\n`);
  process.stdout.write(`\n${await measureStalled(10_000, Number(values.stall))}\n`);
}

async function start(name: string, database: string): Promise<Contestant> {
  if (name !== 'ours') {
    const command =
      name === 'graphql-ws' ? [here('./fanout/graphql-ws-server.ts')] : [here('./fanout/raw-server.ts'), name.slice(4)];
    const server = await startServerProcess(name, command, {}, pinned);
    const fire = async (): Promise<number> => {
      server.fire();
      return performance.timeOrigin + performance.now();
    };
    return { server, fire, publisher: null, [Symbol.asyncDispose]: server.stop };
  }
  const url = await postgres.createLedger(database);
  const publisher = await openPublisher(url);
  const env = {
    DATABASE_URL: url,
    PORT: '0',
    STREAMS_PER_ADDRESS: '1000000',
    POINTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'info',
  };
  const server = await startServerProcess(name, [here('../dist/src/main.js')], env, pinned);
  return {
    server,
    publisher,
    fire: () => publisher.publish('TX'),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await publisher[Symbol.asyncDispose]();
    },
  };
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
  const { milliseconds } = await opening(clients, server, count, [{}]);
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

/** Watchers spread over the filters of all places: what one event costs that few of them want. */
async function measureFilters(count: number): Promise<string> {
  await using contestant = await start('ours', 'fanout_filters');
  const { server, publisher } = contestant;
  const codes = places.map(({ code }) => code).slice(0, 51);
  const clients = startClients();
  await opening(
    clients,
    server,
    count,
    codes.map((code) => ({ states: [code] })),
  );
  const wanted = Math.ceil((count - codes.indexOf('TX')) / codes.length);
  await setTimeout(1_000);
  const spent: number[] = [];
  const last: number[] = [];
  for (let event = 0; event < Number(values.events); event += 1) {
    await setTimeout(300);
    const before = await server.cpu();
    last.push((await receipts(clients, wanted, () => publisher?.publish('TX') ?? Promise.resolve(0))).last);
    await setTimeout(100);
    spent.push((await server.cpu()) - before);
  }
  clients.kill();
  const [cpu, receipt] = [middle(spent) / 1000, middle(last)];
  return `${count} watchers over ${codes.length} filters, an event that ${wanted} want: ${cpu.toFixed(1)} ms of CPU, last receipt ${receipt.toFixed(0)} ms`;
}

/** Many events of one ingest, in their order. */
async function measureBurst(count: number, events: number): Promise<string> {
  await using contestant = await start('ours', 'fanout_burst');
  const { server, publisher } = contestant;
  const clients = startClients();
  await opening(clients, server, count, [{}]);
  const before = await server.cpu();
  const { first, last } = await receipts(clients, count * events, () => publisher?.publish('TX', events) ?? never());
  const each = ((await server.cpu()) - before) / count / events;
  clients.kill();
  return `${events} events of one transaction to ${count} watchers, in order: first receipt ${first.toFixed(0)} ms, last ${last.toFixed(0)} ms, ${each.toFixed(1)} µs of CPU for each delivery`;
}

/** All watchers come back at once with an old cursor, as after a restart: until all have what they missed. */
async function measureStorm(count: number): Promise<string> {
  await using contestant = await start('ours', 'fanout_storm');
  const { server, publisher } = contestant;
  const body = JSON.stringify({ query: '{ ledgerEvents(first: 0) { position } }' });
  const question = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const { data } = (await (await fetch(server.url, question)).json()) as {
    data: { ledgerEvents: { position: string } };
  };
  const missed = 10;
  await publisher?.publish('TX', missed);
  const clients = startClients();
  const answer = ask<Receipts>(clients, { kind: 'expect', receipts: count * missed, within: 60_000 });
  const startedAt = performance.timeOrigin + performance.now();
  void opening(clients, server, count, [{ after: data.ledgerEvents.position }]);
  const waits: number[] = [];
  let storming = true;
  const asking = (async () => {
    while (storming) {
      const askedAt = performance.now();
      await (await fetch(server.url, question)).text();
      waits.push(performance.now() - askedAt);
      await setTimeout(20);
    }
  })();
  const { last, received } = await answer;
  storming = false;
  await asking;
  clients.kill();
  const p99 = waits.toSorted((left, right) => left - right)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  return `${count} watchers that come back at once, each having missed ${missed} events: all ${received} receipts after ${(last - startedAt).toFixed(0)} ms; a query over HTTP took ${p99.toFixed(0)} ms meanwhile (p99)`;
}

function never(): never {
  throw new Error('Only our server has a publisher.');
}

/** A tenth of the clients stops reading for a while: what the others notice, and whether the tenth misses anything. */
async function measureStalled(count: number, seconds: number): Promise<string> {
  await using contestant = await start('ours', 'fanout_stalled');
  const { server, publisher, fire } = contestant;
  const clients = startClients();
  await opening(clients, server, count, [{}]);
  const calm = await receipts(clients, count, fire);
  const before = await server.memory();
  await ask(clients, { kind: 'pause', every: 10 });
  const readers = count - Math.ceil(count / 10);
  const stalled: number[] = [];
  const until = performance.now() + seconds * 1000;
  let events = 1;
  while (performance.now() < until) {
    const answer = ask<Receipts>(clients, { kind: 'expect', receipts: readers * 20, within: 30_000 });
    const at = (await publisher?.publish('TX', 20)) ?? 0;
    events += 20;
    stalled.push((await answer).last - at);
    await setTimeout(1_000);
  }
  const after = await server.memory();
  const { received } = await ask<{ received: number[] }>(clients, { kind: 'resume', every: 10 });
  await setTimeout(5_000);
  const caught = await ask<{ received: number[]; closed: number }>(clients, { kind: 'resume', every: 10 });
  clients.kill();
  const whole = caught.received.filter((each) => each === events).length;
  return [
    `${count} watchers, a tenth of which does not read for ${seconds} s while ${events - 1} events come, 20 at a time:`,
    `  last receipt of an event ${(calm.last).toFixed(0)} ms before; of 20 events for the others ${middle(stalled).toFixed(0)} ms during`,
    `  memory of the server grew by ${((after - before) / 1_048_576).toFixed(1)} MB`,
    `  of those that did not read ${whole} of ${caught.received.length} have all ${events} events, ${caught.closed} sockets were closed (had ${middle(received)})`,
  ].join('\n');
}

async function receipts(clients: ChildProcess, count: number, fire: () => Promise<number>): Promise<Receipts> {
  const answer = ask<Receipts>(clients, { kind: 'expect', receipts: count, within: 20_000 });
  const at = await fire();
  const { first, median, last, received, disordered } = await answer;
  if (disordered > 0) throw new Error(`${disordered} messages came in the wrong order.`);
  if (received !== count) throw new Error(`${received} of ${count} receipts came.`);
  return { first: first - at, median: median - at, last: last - at, received, disordered };
}

function opening(
  clients: ChildProcess,
  server: ServerProcess,
  count: number,
  variables: Record<string, unknown>[],
): Promise<{ milliseconds: number }> {
  return ask(clients, { kind: 'open', port: Number(new URL(server.url).port), count, query: operation, variables });
}

function startClients(): ChildProcess {
  return fork(here('./fanout/watchers.ts'), { execArgv: ['--import', import.meta.resolve('tsx')] });
}

function ask<Answer>(clients: ChildProcess, order: Order): Promise<Answer> {
  orders += 1;
  const number = orders;
  return new Promise((resolve) => {
    const read = (message: unknown): void => {
      // The clients answer each order once, in the form that belongs to it.
      const answer = message as Numbered<Answer>;
      if (answer.number !== number) return;
      clients.off('message', read);
      resolve(answer.content);
    };
    clients.on('message', read);
    clients.send({ number, content: order } satisfies Numbered<Order>);
  });
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((left, right) => left - right)[figures.length >> 1] ?? Number.NaN;
}
