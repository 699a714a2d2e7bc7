/** A server of a bench as a child process on a core of its own, and what it has used so far. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  name: string;
  pid: number;
  /** Of its API. */
  url: string;
  /** CPU time of the process so far, in microseconds. */
  cpu(): Promise<number>;
  /** Bytes of the process after a collection, which costs it CPU time. */
  memory(): Promise<number>;
  /** Tells a reference to send its frame to everybody. */
  fire(): void;
  stop(): Promise<void>;
}

const serverCore = '0';
const otherCore = '1';

/** Binds this process, and what it starts from now on, to the other core than the servers'. False: cannot be bound. */
export function leaveServersTheirCore(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('taskset', ['-acp', otherCore, String(process.pid)], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

/** Resolves when the server has said where it listens: a line of JSON with `url`. */
export async function startServerProcess(
  name: string,
  command: readonly string[],
  env: Record<string, string>,
  pinned: boolean,
): Promise<ServerProcess> {
  const preload = fileURLToPath(new URL('./report-usage.mjs', import.meta.url));
  const options = ['--expose-gc', '--import', preload, '--import', import.meta.resolve('tsx')];
  const node = [process.execPath, ...options, ...command];
  const [file = '', ...args] = pinned ? ['taskset', '-c', serverCore, ...node] : node;
  const { PATH, HOME } = process.env;
  const child = spawn(file, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const url = await urlOf(name, child);
  return {
    name,
    pid: child.pid ?? 0,
    url,
    cpu: () => ask(child, 'cpu'),
    memory: () => ask(child, 'memory'),
    fire: () => child.send('fire'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function ask(child: ChildProcess, what: 'cpu' | 'memory'): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) reject(new Error('A server of the bench has ended.'));
    // Only report-usage.mjs sends messages, and these are numbers.
    child.once('message', (message) => resolve(message as number));
    child.send(what);
  });
}

function urlOf(name: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened: ${text}`)));
    const read = (chunk: Buffer): void => {
      text += chunk;
      const url = /"url":"([^"]+)"/.exec(text)?.[1];
      if (url === undefined) return;
      child.stdout?.off('data', read).resume();
      resolve(url);
    };
    child.stdout?.on('data', read);
  });
}
