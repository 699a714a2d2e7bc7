/** A server of the bench as a child process on a core of its own, and what its CPU has done so far. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Contestant {
  name: string;
  port: number;
  /** CPU time of the process since its start, in microseconds. */
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

export interface ContestantOptions {
  /** The file that runs, and its arguments. */
  command: readonly string[];
  env?: Record<string, string>;
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

/** Resolves when the server has said on its standard output that it listens: a line of JSON with `port` or `url`. */
export async function startContestant(name: string, options: ContestantOptions, pinned: boolean): Promise<Contestant> {
  const preload = fileURLToPath(new URL('./report-cpu.mjs', import.meta.url));
  const node = [process.execPath, '--import', preload, '--import', import.meta.resolve('tsx'), ...options.command];
  const [file = '', ...args] = pinned ? ['taskset', '-c', serverCore, ...node] : node;
  const { PATH, HOME } = process.env;
  const child = spawn(file, args, { env: { PATH, HOME, ...options.env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const port = await portOf(name, child);
  return {
    name,
    port,
    cpu: () => askCpu(child),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function portOf(name: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    let found = false;
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened: ${text}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      // Later output (the log of requests) is taken off the pipe and forgotten.
      if (found) return;
      text += chunk;
      const port = /"url":"[^"]*:(\d+)\/graphql"|"port":(\d+)/.exec(text);
      if (port === null) return;
      found = true;
      resolve(Number(port[1] ?? port[2]));
    });
  });
}

function askCpu(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) reject(new Error('A server of the bench has ended.'));
    // Only report-cpu.mjs sends messages, and only this one.
    child.once('message', (message) => resolve((message as { cpuMicroseconds: number }).cpuMicroseconds));
    child.send('cpu');
  });
}
