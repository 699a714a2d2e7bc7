/** Measures servers against each other: A B C D, A B C D, …, so that whatever else the machine does hits all alike. */
import type postgres from 'postgres';
import type { ServerProcess } from '../support/server-process.ts';
import { generateLoad } from './load.ts';
import type { BenchOperation } from './operations.ts';
import { findPostmaster, postgresCpu } from './postgres-cpu.ts';

export interface Rounds {
  count: number;
  /** Of one server in one round. */
  milliseconds: number;
}

/** Of one request; medians of the rounds. */
export interface Figures {
  cpuMilliseconds: number;
  /** Null where the server's processes cannot be seen. */
  databaseMilliseconds: number | null;
  requestsPerSecond: number;
}

/** Slow operations are asked this often in a round, however long it takes. */
const LEAST = 8;

/** Lets every server meet every operation, so that none is measured while its code is still being compiled. */
export async function warmUp(
  contestants: readonly ServerProcess[],
  operations: readonly BenchOperation[],
): Promise<void> {
  for (const contestant of contestants) {
    for (const operation of [...operations, ...operations]) {
      await generateLoad({ port: portOf(contestant), body: bodyOf(operation) }, 1_000, LEAST);
    }
  }
}

export function bodyOf({ name, query, variables }: BenchOperation): string {
  return JSON.stringify({ operationName: name, query, variables });
}

export async function measureInRounds(
  contestants: readonly ServerProcess[],
  operation: BenchOperation,
  rounds: Rounds,
  sql: postgres.Sql,
): Promise<Map<string, Figures>> {
  const body = bodyOf(operation);
  const postmaster = await findPostmaster(sql);
  const measured = new Map<string, Figures[]>(contestants.map((contestant) => [contestant.name, []]));
  // The first round warms what is this operation's own, and is thrown away.
  for (let round = 0; round <= rounds.count; round += 1) {
    for (const contestant of contestants) {
      const figures = await measure(contestant, body, rounds.milliseconds, postmaster);
      if (round > 0) measured.get(contestant.name)?.push(figures);
    }
  }
  return new Map([...measured].map(([server, all]) => [server, mediansOf(all)]));
}

async function measure(
  contestant: ServerProcess,
  body: string,
  milliseconds: number,
  postmaster: number | null,
): Promise<Figures> {
  const before = await contestant.cpu();
  const databaseBefore = postmaster === null ? 0 : postgresCpu(postmaster);
  const load = await generateLoad({ port: portOf(contestant), body }, milliseconds, LEAST);
  const used = (await contestant.cpu()) - before;
  const database = postmaster === null ? null : postgresCpu(postmaster) - databaseBefore;
  return {
    cpuMilliseconds: used / 1000 / load.requests,
    databaseMilliseconds: database === null ? null : database / load.requests,
    requestsPerSecond: (load.requests * 1000) / load.milliseconds,
  };
}

function mediansOf(all: readonly Figures[]): Figures {
  const unknown = all.some(({ databaseMilliseconds }) => databaseMilliseconds === null);
  return {
    cpuMilliseconds: median(all.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    databaseMilliseconds: unknown ? null : median(all.map(({ databaseMilliseconds }) => databaseMilliseconds ?? 0)),
    requestsPerSecond: median(all.map(({ requestsPerSecond }) => requestsPerSecond)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function portOf({ url }: ServerProcess): number {
  return Number(new URL(url).port);
}
