/**
 * One run: a PostgreSQL of its own, two instances of the program on it, watchers spread over both, ingestion
 * throughout, and the faults in between. What came of it is compared with the log as it stands at the end.
 */
import { setTimeout } from 'node:timers/promises';
import { encodeEventCursor } from '../../src/feed/log/cursor.ts';
import { startCluster } from '../../tests/support/databases/postgres-cluster.ts';
import { freePort } from '../../tests/support/processes/free-port.ts';
import { administer } from '../../tests/support/run/global-setup.ts';
import { createLedger } from '../database/open-bench-database.ts';
import { startClients } from './clients.ts';
import { type Faults, strikeAll } from './faults.ts';
import { type Ingested, startIngestion } from './ingestion.ts';
import { startInstance } from './instance.ts';
import type { Findings } from './watchers.ts';

export interface RunOptions {
  /** Program and arguments of an instance. */
  command: readonly string[];
  watchers: number;
  seconds: number;
  /** False: the instances only poll the log. */
  notify: boolean;
  /** How long everybody has, in the end, to get what is missing. */
  catchUpSeconds: number;
}

export interface Run {
  /** The log at the end, without what was there before. */
  log: readonly LogEntry[];
  ingested: Ingested;
  findings: Findings;
  faults: Faults;
  /** When the first fault came, in milliseconds since 1970: what was committed before is the calm part. */
  chaosBeganAt: number;
  /** Of the instances, as each has them. */
  troubles: readonly string[];
  complaints: readonly string[];
}

export interface LogEntry {
  sequence: number;
  id: string;
}

/** Of the run: calm before the first fault, and the end without new faults. */
const CALM_SHARE = 0.25;
const QUIET_SHARE = 0.1;

export async function runChaos(options: RunOptions): Promise<Run> {
  const cluster = await startCluster();
  await using _cluster = { [Symbol.asyncDispose]: cluster.stop };
  const databaseUrl = await createLedger(cluster.url, 'chaos');
  const shared = { command: options.command, notify: options.notify, databaseUrl };
  await using one = startInstance({ ...shared, name: 'accord287-a', port: await freePort() });
  await using other = startInstance({ ...shared, name: 'accord287-b', port: await freePort() });
  await Promise.all([one.whenUp(), other.whenUp()]);
  await using clients = startClients();
  const { lastSequence, ...position } = await readPosition(databaseUrl);
  await clients.start({ count: options.watchers, urls: [one.url, other.url], position });

  const ingestion = await startIngestion(databaseUrl);
  const milliseconds = options.seconds * 1_000;
  const [startedAt, chaosBegins] = [performance.now(), performance.now() + milliseconds * CALM_SHARE];
  const stage = {
    ...{ cluster, databaseUrl, instances: [one, other] as const, notify: options.notify },
    ...{ instanceAwayMilliseconds: milliseconds / 60, databaseAwayMilliseconds: milliseconds / 15 },
  };
  const faults = await strikeAll(stage, chaosBegins, startedAt + milliseconds * (1 - QUIET_SHARE));
  await setTimeout(Math.max(0, startedAt + milliseconds - performance.now()));
  const ingested = await ingestion.stop();
  const log = await readLog(databaseUrl, lastSequence);
  const findings = await clients.finish({
    lastSequence: log.at(-1)?.sequence ?? lastSequence,
    withinMilliseconds: options.catchUpSeconds * 1_000,
  });
  return {
    ...{ log, ingested, findings, faults, chaosBeganAt: performance.timeOrigin + chaosBegins },
    troubles: [...one.troubles, ...other.troubles],
    complaints: [...one.complaints, ...other.complaints],
  };
}

/** The end of the log, from where on watchers are to get everything. */
export function readPosition(url: string): Promise<{ epoch: string; cursor: string; lastSequence: number }> {
  return administer(url, async (sql) => {
    const [row] = await sql<{ epoch: string; last: string }[]>`select epoch, last_sequence as last from ledger`;
    if (row === undefined) throw new Error('The ledger has no row.');
    const cursor = encodeEventCursor(row.epoch, BigInt(row.last));
    return { epoch: row.epoch, cursor, lastSequence: Number(row.last) };
  });
}

function readLog(url: string, after: number): Promise<LogEntry[]> {
  return administer(url, async (sql) => {
    const rows = await sql<{ sequence: string; id: string }[]>`
      select sequence, id from ledger_events where sequence > ${after} order by sequence`;
    return rows.map(({ sequence, id }) => ({ sequence: Number(sequence), id }));
  });
}
