/** The server under siege: the program as compiled, with a heap of 1 GB, and what it holds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SiegedServer extends AsyncDisposable {
  port: number;
  pid: number;
  /** Bytes after a collection. */
  memory(): Promise<Memory>;
  /** Why it ended by itself; null while it lives. */
  readonly ended: string | null;
  /** Lines that it logged as an error or worse. */
  readonly errors: string[];
}

export interface Memory {
  heap: number;
  external: number;
  resident: number;
}

/** `env` says which ledger. Resolves when it listens. */
export async function startSiegedServer(env: Record<string, string>): Promise<SiegedServer> {
  const preload = fileURLToPath(new URL('../support/report-usage.mjs', import.meta.url));
  const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, ['--max-old-space-size=1024', '--expose-gc', '--import', preload, main], {
    env: { PATH, HOME, TMPDIR, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const errors: string[] = [];
  let ended: string | null = null;
  child.once('exit', (code, signal) => {
    ended = `ended with ${code ?? signal}`;
  });
  const url = await whenListening(child, errors);
  return {
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    memory: () =>
      new Promise((resolve) => {
        // Only report-usage.mjs sends messages.
        child.once('message', (message) => resolve(message as Memory));
        child.send('heap');
      }),
    get ended() {
      return ended;
    },
    errors,
    [Symbol.asyncDispose]: async () => {
      if (ended !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function whenListening(child: ChildProcess, errors: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
      if (/"level":"(error|fatal)"/.test(line) && errors.length < 20) errors.push(line.slice(0, 600));
    });
  });
}
