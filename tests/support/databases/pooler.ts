/** PgBouncer in transaction mode before a PostgreSQL server, for runs of the tests behind it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../processes/free-port.ts';

const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) =>
  existsSync(path),
);

export interface Pooler {
  /** Of the same server, through the pooler. */
  url: string;
  stop(): Promise<void>;
}

/** Fewer sessions than the program has connections, so that each statement may meet another one. */
export async function startPooler(serverUrl: string): Promise<Pooler> {
  if (program === undefined) throw new Error('TEST_SERVER=pooled needs PgBouncer: install its package.');
  const server = new URL(serverUrl);
  const port = await freePort();
  const folder = await mkdtemp('/tmp/accord287-pgb-');
  await chmod(folder, 0o755);
  const users = join(folder, 'users');
  await writeFile(users, `"${server.username}" ""\n`);
  const settings = join(folder, 'settings');
  await writeFile(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 6
server_reset_query_always = 0
max_client_conn = 500
`,
  );
  // It refuses to run as root.
  const child = spawn(program, ['-q', settings], {
    stdio: 'ignore',
    ...(process.getuid?.() === 0 ? { uid: 65_534 } : {}),
  });
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended with ${child.exitCode}.`);
    await wait(50);
  }
  const url = new URL(serverUrl);
  url.port = String(port);
  return {
    url: url.href,
    stop: async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
