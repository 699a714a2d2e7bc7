/**
 * One siege of one server: honest clients alone for a while, then with the hostile ones, then nobody hostile again.
 * Lists are ingested throughout, so that watchers have something to miss.
 */
import { fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openGround } from './ground.ts';
import { type HonestClient, startHonestClient } from './honest.ts';
import type { SiegeOrder, StrikeCount } from './hostile.ts';
import { ingestLists } from './lists.ts';
import { type Memory, type SiegedServer, startSiegedServer } from './server.ts';

export interface SiegeOptions {
  database: 'embedded' | 'postgres';
  /** Of the siege itself; calm before it is a fifth of that, and rest after it. */
  seconds: number;
  restSeconds: number;
  /** In the ledger before it; left out, as many as the ground has of itself. */
  lists?: number;
  honest: number;
  hostile: number;
}

export interface Siege {
  clients: readonly HonestClient[];
  /** `performance.now()`: when the siege began and ended. */
  began: number;
  ended: number;
  /** When each ingest had returned. */
  ingestedAt: readonly number[];
  strikes: readonly StrikeCount[];
  before: Memory;
  after: Memory;
  /** Watchers that the server still counts when everybody has left. */
  watchersLeft: number;
  serverEnded: string | null;
  errors: readonly string[];
}

const SETTLE_MILLISECONDS = 3_000;

export async function besiege(options: SiegeOptions): Promise<Siege> {
  await using ground = await openGround(options.database, options.lists);
  await using server = await startSiegedServer(ground.ledger);
  return await run(options, server, ground.ledger, ground.files);
}

async function run(
  { seconds, restSeconds, honest, hostile }: SiegeOptions,
  server: SiegedServer,
  ledger: Record<string, string>,
  files: readonly string[],
): Promise<Siege> {
  // The page is compressed for whoever asks first, and kept: that is no growth under siege.
  await (await fetch(`http://127.0.0.1:${server.port}/graphql`, { headers: { accept: 'text/html' } })).text();
  const clients = Array.from({ length: honest }, (_, number) => startHonestClient(server.port, number));
  const ingestedAt: number[] = [];
  const [calm, all] = [seconds * 0.2, seconds * 1.2];
  const ingesting = (async () => {
    for (const file of files) {
      await setTimeout((all * 1_000) / (files.length + 1));
      ingestedAt.push(await ingestLists(ledger, [file]));
    }
  })();
  await setTimeout(calm * 1_000);
  const before = await server.memory();
  const began = performance.now();
  const strikes = await strike({ port: server.port, clients: hostile, seconds });
  const ended = performance.now();
  await ingesting;
  await setTimeout(restSeconds * 1_000);
  const after = server.ended === null ? await server.memory() : { heap: NaN, external: NaN, resident: NaN };
  for (const client of clients) client.stop();
  await setTimeout(SETTLE_MILLISECONDS);
  const watchersLeft = server.ended === null ? await countWatchers(server.port) : NaN;
  return {
    ...{ clients, began, ended, ingestedAt, strikes, before, after, watchersLeft },
    ...{ serverEnded: server.ended, errors: server.errors },
  };
}

function strike(order: SiegeOrder): Promise<StrikeCount[]> {
  const child = fork(fileURLToPath(new URL('./hostile.ts', import.meta.url)), {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The hostile clients ended with ${code}.`)));
    // They answer their one order once.
    child.once('message', (counts) => resolve(counts as StrikeCount[]));
    child.send(order);
  });
}

async function countWatchers(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return ((await response.json()) as { watchers: number }).watchers;
}
