/**
 * A backup of a ledger on a PostgreSQL server: what pg_dump makes in its own format, which its tools read too. It takes
 * its place only once pg_restore has read it to its end and every event of the log was in it. Restoring is one
 * transaction that ends with a new epoch.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { syncPath } from '../folder/sync-files.ts';
import { migrationLock } from '../migrate.ts';
import { requireKind, requireTarget, unfinishedName } from './backup-file.ts';
import { BackupFailed, type BackupReport } from './backup-report.ts';
import { requireUnused } from './unused-database.ts';

export interface Server {
  url: string;
  /** The environment of programs, with these variables besides. */
  environment(more: Record<string, string>): NodeJS.ProcessEnv;
}

/** Writes a backup to `file`, in place of an older one, while servers run. Throws {@link BackupFailed}. */
export async function backUpPostgres(server: Server, file: string): Promise<BackupReport> {
  await requireTarget(file);
  const unfinished = unfinishedName(file);
  await rm(unfinished, { force: true });
  process.umask(0o077);
  try {
    const { arguments: target, env } = connectionOf(server);
    const options = ['--format=custom', '--no-owner', '--no-privileges', `--file=${unfinished}`];
    await run('pg_dump', [...options, ...target], env).done;
    await syncPath(unfinished);
    const { events, revision } = await readEnd(unfinished, env, 'the database of DATABASE_URL');
    const takenAt = await readTime(unfinished, env);
    await rename(unfinished, file);
    await syncPath(dirname(file));
    return { events, revision, damagedOriginals: [], takenAt, bytes: (await stat(file)).size };
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * Into a database that nobody uses, and that has nothing but a ledger that has nothing, if that. Killed in the middle it
 * has done nothing. Throws {@link BackupFailed}.
 */
export async function restorePostgres(server: Server, file: string): Promise<BackupReport> {
  await requireKind(file, 'postgres');
  await requireUnused(server.url);
  const { arguments: target, env } = connectionOf(server);
  const { knowsRestores, ...end } = await readEnd(file, env);
  const takenAt = await readTime(file, env);
  const { size: bytes } = await stat(file);
  await requireUnused(server.url, { drop: true });
  const script = run('pg_restore', ['--no-owner', '--no-privileges', '--no-comments', '--file=-', file], env);
  const variables = [`--set=a287_file=${file}`, `--set=a287_taken=${takenAt}`, '--set=ON_ERROR_STOP=1'];
  const client = run('psql', ['--no-psqlrc', '--quiet', ...variables, '--output=/dev/null', ...target], env);
  const { stdin } = client.child;
  // Whoever starts on the database meanwhile waits for its tables instead of making them.
  stdin?.write(`begin; select pg_advisory_xact_lock(${migrationLock});\n`);
  script.child.stdout?.pipe(stdin ?? process.stderr, { end: false });
  // An end without the commit rolls back, so what fails has done nothing, nor a process that was killed.
  stdin?.on('error', () => {});
  await Promise.race([script.done, client.done]).catch((error: unknown) => {
    script.child.kill();
    client.child.kill();
    throw error;
  });
  stdin?.write('\nupdate public.ledger set epoch = gen_random_uuid();\n');
  if (knowsRestores)
    stdin?.write(`insert into public.backups (file, started_at, ended_at, bytes, restored_at)
      values (:'a287_file', :'a287_taken', :'a287_taken', ${bytes}, now());\n`);
  stdin?.end('commit;\n');
  await client.done;
  return { ...end, damagedOriginals: [], takenAt, bytes };
}

/** When the dump was made, as it says itself. */
async function readTime(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { child, done } = run('pg_restore', ['--list', file], env);
  let text = '';
  child.stdout?.on('data', (piece: Buffer) => {
    text += piece;
  });
  await done;
  const time = new Date(/^; Archive created at (.+)$/m.exec(text.replaceAll(/ +/g, ' '))?.[1] ?? '');
  if (Number.isNaN(time.getTime())) throw new BackupFailed(`${file} does not say when it was made.`);
  return time.toISOString();
}

interface DumpEnd {
  events: number;
  revision: number;
  /** Whether its ledger has a place for the backup that it is restored from; one of an older build has none. */
  knowsRestores: boolean;
}

/** Reads the whole dump. Throws {@link BackupFailed} where it is not whole. */
async function readEnd(file: string, env: NodeJS.ProcessEnv, what = file): Promise<DumpEnd> {
  const { child, done } = run('pg_restore', ['--data-only', '--file=-', file], env);
  let events = 0;
  let knowsRestores = false;
  let ledger: Map<string, string> | undefined;
  let columns: string[] | null = null;
  let table = '';
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      const copy = /^COPY (?:\w+\.)?(\w+) \(([^)]*)\) FROM stdin;$/.exec(line);
      if (columns === null) {
        if (copy !== null) [table, columns] = [copy[1] ?? '', (copy[2] ?? '').split(', ')];
        knowsRestores ||= table === 'backups' && columns?.includes('restored_at') === true;
      } else if (line === '\\.') columns = null;
      else if (table === 'ledger_events') events += 1;
      else if (table === 'ledger') {
        const cells = line.split('\t');
        ledger = new Map(columns.map((name, index) => [name, cells[index] ?? '']));
      }
    }
  }
  await done;
  if (ledger === undefined) throw new BackupFailed(`There is no ledger in ${what}.`);
  const counted = ledger.get('last_sequence');
  if (Number(counted) !== events)
    throw new BackupFailed(`The ledger in ${what} counts ${counted} events and has ${events}.`);
  return { events, revision: Number(ledger.get('revision')), knowsRestores };
}

/** The password goes by the environment: arguments can be seen by every user of the machine. */
function connectionOf({ url, environment }: Server): { arguments: string[]; env: NodeJS.ProcessEnv } {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = '';
  const secret = password === '' ? {} : { PGPASSWORD: password };
  // A dump says when it was made, in local time without a zone.
  return { arguments: [`--dbname=${address}`], env: environment({ ...secret, TZ: 'UTC' }) };
}

function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): { child: ChildProcess; done: Promise<void> } {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text) => {
    said = `${said}${text}`.replaceAll('\t', '').slice(-2_000);
  });
  const done = new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const missing = `${program} is not installed here: it comes with PostgreSQL's client programs.`;
      reject(new BackupFailed(error.code === 'ENOENT' ? missing : `${program}: ${error.message}`));
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new BackupFailed(said.trim() === '' ? `${program} ended with ${code}.` : said.trim()));
    });
  });
  // It may fail before anybody waits for it.
  done.catch(() => {});
  return { child, done };
}
