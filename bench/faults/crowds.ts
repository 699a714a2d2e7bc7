/** Crowds of watchers at one server on PostgreSQL: bursts, storms, and those who do not read, do not speak or are gone. */
import { setTimeout } from 'node:timers/promises';
import { upgradeRequest } from '../../tests/support/servers/raw-client.ts';
import { openBenchServer } from '../database/open-bench-database.ts';
import { opening, receipts, startClients } from '../fanout/clients.ts';
import { measureBurst, measureStalled, measureStorm } from '../fanout/crowds.ts';
import { type Ours, startOurs } from '../fanout/ours.ts';
import { open } from '../siege/target.ts';
import { leaveServersTheirCore } from '../support/server-process.ts';
import { allOf, atMost, type FaultRun, type Figure, megabytes, most, none, quantile } from './figure.ts';
import { openFiles } from './processes.ts';

type Crowd = (ours: Ours, seconds: number) => Promise<Figure[]>;

const crowdsOf: Readonly<Record<string, Crowd>> = {
  W1: sayNothing,
  W4: readNothing,
  W5: burst,
  W6: freeze,
  W9: storm,
};

export const crowds: FaultRun = {
  rows: Object.keys(crowdsOf),
  run: async function* (seconds, wanted) {
    const pinned = await leaveServersTheirCore();
    await using postgres = await openBenchServer();
    for (const [row, crowd] of Object.entries(crowdsOf)) {
      if (!wanted(row)) continue;
      await using ours = await startOurs(await postgres.createLedger(`faults_${row.toLowerCase()}`), pinned);
      yield* await crowd(ours, seconds);
    }
  },
};

async function burst(ours: Ours): Promise<Figure[]> {
  const [watchers, events] = [1_000, 2_000];
  const { lastMilliseconds } = await measureBurst(ours, watchers, events);
  // It throws where one is missing or out of order.
  const what = `${events} events to ${watchers} watchers, each in order: the last receipt`;
  return [atMost('W5', what, lastMilliseconds / 1_000, 30, 's')];
}

async function storm(ours: Ours): Promise<Figure[]> {
  const watchers = 5_000;
  const { missed, received, allMilliseconds, p99Milliseconds, notReady } = await measureStorm(ours, watchers);
  return [
    allOf('W9', `receipts of ${watchers} watchers that each missed ${missed} events`, received, watchers * missed),
    atMost('W9', '… all after', allMilliseconds / 1_000, 60, 's'),
    atMost('W9', 'queries over HTTP meanwhile, p99', p99Milliseconds, 1_000, 'ms'),
    none('W9', '/readyz meanwhile other than 200', notReady),
  ];
}

async function readNothing(ours: Ours, seconds: number): Promise<Figure[]> {
  const watchers = 2_000;
  const found = await measureStalled(ours, watchers, seconds);
  const what = `${found.silent} of ${watchers} watchers read nothing for ${seconds} s`;
  return [
    atMost('W4', `${what}: memory grew by`, megabytes(found.grownBytes), 100, 'MB'),
    atMost('W4', 'the last receipt of twenty events for the others, median', found.stalledMilliseconds, 1_000, 'ms'),
    allOf('W4', `of the silent ones, those with all ${found.events} events in the end`, found.whole, found.silent),
  ];
}

const SILENT = 20_000;
const SILENT_AT_ONCE = 5_000;
const GOOD = 100;

/** Sockets that never say `connection_init`, wave after wave, beside watchers that are sent an event now and then. */
async function sayNothing({ server, publisher }: Ours): Promise<Figure[]> {
  const clients = startClients();
  await opening(clients, server.url, GOOD, [{}]);
  const files = openFiles(server.pid);
  const { port } = new URL(server.url);
  const lived: number[] = [];
  let closed = 0;
  const connect = async (number: number): Promise<void> => {
    const socket = await open({ port: Number(port), address: `127.0.7.${1 + (number % 250)}` });
    const at = performance.now();
    let heard = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      // A closing frame is answered by the end of the connection.
      if (heard.includes(closing)) socket.end();
    });
    socket.write(upgradeRequest);
    await new Promise((resolve) => socket.once('close', resolve));
    lived.push((performance.now() - at) / 1_000);
    if (heard.includes(closing)) closed += 1;
  };
  const last: number[] = [];
  let storming = true;
  const telling = (async () => {
    while (storming) {
      last.push((await receipts(clients, GOOD, () => publisher.publish('TX'))).last);
      await setTimeout(100);
    }
  })();
  // Awaited below.
  telling.catch(() => {});
  for (let wave = 0; wave < SILENT / SILENT_AT_ONCE; wave += 1) {
    await Promise.all(Array.from({ length: SILENT_AT_ONCE }, (_, number) => connect(number)));
  }
  storming = false;
  await telling;
  await setTimeout(1_000);
  const left = openFiles(server.pid) - files;
  clients.kill();
  return [
    allOf('W1', `${SILENT} silent sockets, ${SILENT_AT_ONCE} at a time: closed with 4408`, closed, SILENT),
    atMost('W1', '… the last one after', most(lived), 6, 's'),
    atMost('W1', `an event to ${GOOD} good watchers meanwhile, last receipt, p99`, quantile(last, 0.99), 1_000, 'ms'),
    atMost('W1', 'open files beside before', left, 2),
  ];
}

/** 4408 as the first two bytes of a closing frame that has a reason. */
const closing = Buffer.from([4408 >> 8, 4408 & 255]);

const FROZEN = 50;
const LOOK_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 90_000;

/** The process of the clients is stopped: its connections stay open and nothing answers. */
async function freeze({ server }: Ours): Promise<Figure[]> {
  const clients = startClients();
  await opening(clients, server.url, FROZEN, [{}]);
  const at = performance.now();
  clients.kill('SIGSTOP');
  let watchers = FROZEN;
  while (watchers > 0 && performance.now() - at < LONGEST_MILLISECONDS) {
    await setTimeout(LOOK_MILLISECONDS);
    const response = await fetch(new URL('/readyz', server.url));
    ({ watchers } = (await response.json()) as { watchers: number });
  }
  const after = watchers === 0 ? (performance.now() - at) / 1_000 : Number.POSITIVE_INFINITY;
  clients.kill('SIGKILL');
  return [atMost('W6', `${FROZEN} watchers whose process stands still: the last one given up after`, after, 60, 's')];
}
