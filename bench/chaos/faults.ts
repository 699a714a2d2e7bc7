/** The faults injected into the instances and PostgreSQL during a run, one after the other, each at its time. */
import { setTimeout } from 'node:timers/promises';
import type postgres from 'postgres';
import type { Cluster } from '../../tests/support/databases/postgres-cluster.ts';
import { administer } from '../../tests/support/run/global-setup.ts';
import type { Ending, Instance } from './instance.ts';

export interface Struck {
  /** Seconds since the run began. */
  at: number;
  what: string;
  outcome: string;
}

export interface Faults {
  struck: Struck[];
  endings: Ending[];
  /** Milliseconds until an instance that had lost its listening session had another; null: it had none in time. */
  listeningAfter: (number | null)[];
  /** When PostgreSQL was there again, in milliseconds since 1970. */
  databaseBackAt: number;
}

export interface Stage {
  cluster: Cluster;
  databaseUrl: string;
  instances: readonly [Instance, Instance];
  /** False: the instances only poll, so that there is no listening session to kill. */
  notify: boolean;
  /** How long an instance, and PostgreSQL, are away. */
  instanceAwayMilliseconds: number;
  databaseAwayMilliseconds: number;
}

const LISTENING_WITHIN_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 20;

/** Spread evenly over the time from `from` to `to`, in milliseconds of the process's clock. */
export async function strikeAll(stage: Stage, from: number, to: number): Promise<Faults> {
  const [first, second] = stage.instances;
  const faults: Faults = { struck: [], endings: [], listeningAfter: [], databaseBackAt: 0 };
  const returning: Promise<void>[] = [];
  // Each hits the instance to which those before have driven all watchers.
  const strikes: readonly (() => Promise<void>)[] = [
    () => end(first, 'SIGTERM'),
    () => killListener(second),
    () => end(second, 'SIGKILL'),
    restartDatabase,
    () => end(first, 'SIGTERM'),
    () => killListener(second),
    () => end(second, 'SIGKILL'),
  ];
  const runBeganAt = performance.now();

  function note(what: string): Struck {
    const struck: Struck = { at: (performance.now() - runBeganAt) / 1_000, what, outcome: '' };
    faults.struck.push(struck);
    return struck;
  }

  async function end(instance: Instance, signal: NodeJS.Signals): Promise<void> {
    await instance.whenUp();
    const struck = note(`${signal} of ${instance.name}`);
    const ending = instance.strike(signal, stage.instanceAwayMilliseconds).then((ended) => {
      faults.endings.push(ended);
      const how = ended.exitCode === null ? 'ended' : `ended with ${ended.exitCode}`;
      struck.outcome = `${how} after ${seconds(ended.endedAfter)}, up again after ${seconds(ended.upAgainAfter)}`;
    });
    // Meanwhile the next fault may come.
    returning.push(ending);
  }

  async function killListener(instance: Instance): Promise<void> {
    if (!stage.notify) return;
    await instance.whenUp();
    await administer(stage.databaseUrl, async (sql) => {
      const old = await listenerOf(sql, instance, null);
      if (old === null) throw new Error(`${instance.name} does not listen.`);
      const struck = note(`LISTEN session of ${instance.name} killed`);
      await sql`select pg_terminate_backend(${old})`;
      struck.outcome = await hearAgain(sql, instance, old);
    });
  }

  async function restartDatabase(): Promise<void> {
    const struck = note('PostgreSQL stopped (immediate) and started');
    await stage.cluster.control('-m', 'immediate', 'stop');
    await setTimeout(stage.databaseAwayMilliseconds);
    await stage.cluster.control('start');
    faults.databaseBackAt = performance.timeOrigin + performance.now();
    struck.outcome = `back after ${seconds(performance.now() - runBeganAt - struck.at * 1_000)}`;
    if (!stage.notify) return;
    await administer(stage.databaseUrl, async (sql) => {
      for (const instance of stage.instances) struck.outcome += `; ${await hearAgain(sql, instance, null)}`;
    });
  }

  /** How long from now until the instance has a listening session that is not the old one. */
  async function hearAgain(sql: postgres.Sql, instance: Instance, old: number | null): Promise<string> {
    const startedAt = performance.now();
    const found = await listenerOf(sql, instance, old);
    const after = performance.now() - startedAt;
    faults.listeningAfter.push(found === null ? null : after);
    return `${instance.name} listens ${found === null ? 'no more' : `again after ${seconds(after)}`}`;
  }

  for (const [index, strike] of strikes.entries()) {
    const due = from + ((to - from) * index) / strikes.length;
    await setTimeout(Math.max(0, due - performance.now()));
    await strike();
  }
  await Promise.all(returning);
  return faults;
}

/** The session's id; null when there is none in time. */
async function listenerOf(sql: postgres.Sql, instance: Instance, except: number | null): Promise<number | null> {
  const deadline = performance.now() + LISTENING_WITHIN_MILLISECONDS;
  while (performance.now() < deadline) {
    const [found] = await sql<{ pid: number }[]>`select pid from pg_stat_activity
      where application_name = ${instance.name} and query ilike 'listen %' and pid <> ${except ?? 0}`;
    if (found !== undefined) return found.pid;
    await setTimeout(LOOK_MILLISECONDS);
  }
  return null;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
