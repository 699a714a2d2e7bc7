/**
 * The program as people run it: a server and commands as child processes, with an environment of their own. As it is
 * built, which starts a second sooner than from source; the set-up of the tests builds it where it is stale.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import type { DatabaseConfig } from '../../../src/database/database.ts';
import { packageRoot } from '../../../src/package-root.ts';
import { cloneTemplate } from '../databases/test-database.ts';
import { copyTemplate } from '../run/global-setup.ts';

export interface Settings {
  DATA_DIR?: string;
  DATABASE_URL?: string;
  [name: string]: string | undefined;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningServer extends AsyncDisposable {
  pid: number;
  /** Of the API. */
  url: string;
  log: Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** Settings of an empty ledger of the run's kind: a folder, or a database on the server. */
export async function emptyLedger(): Promise<{ settings: Settings } & AsyncDisposable> {
  const clone = await cloneTemplate();
  return { settings: settingsOf(clone.config), [Symbol.asyncDispose]: clone.remove };
}

/** Settings by which a process opens this database. */
export const settingsOf = (config: DatabaseConfig): Settings =>
  config.kind === 'postgres'
    ? { DATABASE_URL: config.url, DATA_DIR: tmpdir(), POOLER: String(config.pooled === true) }
    : { DATA_DIR: dirname(config.directory) };

/** A folder for embedded ledgers, with those named made from the template where the run has one. */
export async function dataDirectory(...ledgers: ('real' | 'sample')[]): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'accord287-data-'));
  const template = inject('template');
  if (template.kind === 'pglite') {
    for (const ledger of ledgers) copyTemplate(template.directory, join(path, ledger));
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export interface RunningCommand {
  /** Resolves once it has said something like this on standard error; rejects when it ends before. */
  heard(pattern: RegExp): Promise<void>;
  /** What it has written to standard output so far. */
  written(): string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

export function startCommand(args: readonly string[], settings: Settings): RunningCommand {
  return startModule('src/cli/accord287.ts', args, settings);
}

/** Any file of the repository that runs by itself. */
export function startModule(module: string, args: readonly string[], settings: Settings): RunningCommand {
  const child = start(module, args, settings);
  const { ended } = collect(child);
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  return {
    written: () => stdout,
    heard: (pattern) =>
      new Promise((resolve, reject) => {
        let said = '';
        child.stderr?.on('data', (chunk: Buffer) => {
          said += chunk;
          if (pattern.test(said)) resolve();
        });
        ended.then(() => reject(new Error(`ended before it said ${pattern}: ${said}`)), reject);
      }),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

export function runCommand(args: readonly string[], settings: Settings): Promise<Ended> {
  return collect(start('src/cli/accord287.ts', args, settings)).ended;
}

/** Resolves once the server listens; rejects with its output when it ends before that. */
export async function startServer(settings: Settings, nodeOptions: readonly string[] = []): Promise<RunningServer> {
  const child = start('src/main.ts', [], { PORT: '0', ...settings }, nodeOptions);
  const log: Record<string, unknown>[] = [];
  const { ended, lines } = collect(child);
  const url = await new Promise<string>((resolve, reject) => {
    lines((line) => {
      if (!line.startsWith('{')) return;
      const entry: Record<string, unknown> = JSON.parse(line);
      log.push(entry);
      if (entry.msg === 'listening') resolve(String(entry.url));
    });
    ended.then(({ code, stdout, stderr }) => reject(new Error(`ended with ${code}\n${stdout}\n${stderr}`)), reject);
  });
  return {
    pid: child.pid ?? 0,
    url,
    log,
    kill: (signal) => child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

function start(
  module: string,
  args: readonly string[],
  settings: Settings,
  nodeOptions: readonly string[] = [],
): ChildProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  return spawn(process.execPath, [...nodeOptions, ...entryOf(module), ...args], {
    env: { PATH, HOME, TMPDIR, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The code of the embedded database is optimized for who stays; a process of a test ends before that pays. */
const briefly = '--wasm-tiering-budget=2000000000';

/** The arguments of node that start a file of the package. */
export function entryOf(module: string): string[] {
  if (module.startsWith('src/')) return [briefly, join(packageRoot(), 'dist', module.replace(/\.ts$/, '.js'))];
  return [briefly, '--import', import.meta.resolve('tsx'), join(packageRoot(), module)];
}

function collect(child: ChildProcess): { ended: Promise<Ended>; lines(hear: (line: string) => void): void } {
  let stdout = '';
  let stderr = '';
  let rest = '';
  let hear: (line: string) => void = () => {};
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) hear(line);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return {
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
    lines: (listener) => {
      hear = listener;
    },
  };
}
