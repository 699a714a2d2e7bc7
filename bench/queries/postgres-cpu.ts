/** CPU time of a PostgreSQL server on this machine, read from /proc: all processes of its postmaster together. */
import { readdirSync, readFileSync } from 'node:fs';
import type postgres from 'postgres';

/** Milliseconds a tick of the kernel's accounting stands for. */
const TICK = 10;

/** The postmaster's process id; null where the server is elsewhere or the system has no /proc. */
export async function findPostmaster(sql: postgres.Sql): Promise<number | null> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const parent = row === undefined ? null : readStat(row.pid)?.parent;
  return parent ?? null;
}

/** Milliseconds since its start, those of backends that ended included. */
export function postgresCpu(postmaster: number): number {
  const own = readStat(postmaster);
  let ticks = own === null ? 0 : own.ticks + own.ticksOfEnded;
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : null;
    if (stat?.parent === postmaster) ticks += stat.ticks;
  }
  return ticks * TICK;
}

interface Stat {
  parent: number;
  ticks: number;
  ticksOfEnded: number;
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces: what follows it starts with the state.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, ticks, ended] = [
      fields[1],
      (fields[11] ?? 0) + (fields[12] ?? 0),
      (fields[13] ?? 0) + (fields[14] ?? 0),
    ];
    return { parent, ticks, ticksOfEnded: ended };
  } catch {
    // The process ended meanwhile, or there is no /proc.
    return null;
  }
}
