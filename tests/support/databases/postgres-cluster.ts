/** A private PostgreSQL cluster for one run of the tests, from the binaries installed on this machine. */
import { execFile, type SpawnOptions } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../processes/free-port.ts';

const run = promisify(execFile);

export interface Cluster {
  url: string;
  /** For tests of outages: `pg_ctl` with these arguments on this cluster. */
  control(...args: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** In a folder of its own in `parent`. */
export async function startCluster(parent = '/tmp'): Promise<Cluster> {
  const binaries = findBinaries();
  const user = await ordinaryUser();
  // Not os.tmpdir(): a unix socket's path may have 107 characters, and TMPDIR can be long.
  const directory = await mkdtemp(join(parent, 'accord287-pg-'));
  if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const options = { ...user, cwd: directory } satisfies SpawnOptions;
  await run(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'accord287', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    options,
  );
  const port = await freePort();
  const { TEST_DATESTYLE: style } = process.env;
  const dateStyle = style === undefined ? '' : ` -c datestyle=${style.replaceAll(' ', '')} -c timezone=Asia/Kolkata`;
  // Its log names the database of each line. When it analyses a table is chance: what a test holds just then, if it holds
  // anything, would be what its statements are planned for.
  const server = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c fsync=off -c autovacuum=off -c max_connections=60 -c log_line_prefix='%m [%p] %d '${dateStyle}`;
  const control = async (...args: string[]): Promise<void> => {
    await run(join(binaries, 'pg_ctl'), ['-D', data, '-w', '-l', join(directory, 'log'), ...args], options);
  };
  await control('-o', server, 'start');
  return {
    url: `postgres://accord287@127.0.0.1:${port}/postgres`,
    control: (...args) =>
      control(...(args.includes('start') || args.includes('restart') ? ['-o', server, ...args] : args)),
    stop: async () => {
      await control('-m', 'immediate', 'stop').catch(() => {});
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** True where `startCluster` can work. */
export function clusterAvailable(): boolean {
  return process.env.TEST_POSTGRES === '1' && searchBinaries() !== undefined;
}

function findBinaries(): string {
  const found = searchBinaries();
  if (found === undefined) throw new Error('TEST_POSTGRES=1, but neither initdb nor /usr/lib/postgresql/*/bin is here');
  return found;
}

function searchBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'pg_ctl')));
}

/** PostgreSQL refuses to run as root; then it runs as `postgres`, or as `nobody` where that is missing. */
async function ordinaryUser(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // This machine has no such user; the next may exist.
    }
  }
  throw new Error('PostgreSQL does not run as root, and neither postgres nor nobody is a user here');
}
