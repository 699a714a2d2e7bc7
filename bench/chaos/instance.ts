/** An instance of the program under a supervisor that starts it again whenever it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

export interface InstanceOptions {
  name: string;
  /** Program and arguments. */
  command: readonly string[];
  port: number;
  databaseUrl: string;
  /** False: it only polls the log. */
  notify: boolean;
  /** More settings than these. */
  settings?: Record<string, string>;
}

/** How it ended when it was told to, and how long that and its return took. */
export interface Ending {
  signal: NodeJS.Signals;
  /** Null where a signal ended it. */
  exitCode: number | null;
  endedAfter: number;
  upAgainAfter: number;
}

export interface Instance extends AsyncDisposable {
  name: string;
  url: string;
  /** Of the process that runs now. */
  readonly pid: number;
  whenUp(): Promise<void>;
  /** Resolves once it listens again, having been away for so long. */
  strike(signal: NodeJS.Signals, awayMilliseconds: number): Promise<Ending>;
  /** Endings that nobody asked for, exceptions that nobody caught, listeners that pile up. */
  troubles: string[];
  /** What else it has logged as an error, but that the database is away. */
  complaints: string[];
}

const RETRY_MILLISECONDS = 500;
/** While the database is away it cannot start; longer than that it is broken. */
const MOST_TRIES = 60;
/** Of its log, for when it ends by itself. */
const LINES_KEPT = 10;

/** Starts it. `whenUp` tells when it listens; it may have to try while the database is away. */
export function startInstance(options: InstanceOptions): Instance {
  const { name, port } = options;
  const troubles: string[] = [];
  const complaints: string[] = [];
  let child: ChildProcess | undefined;
  let expected: ChildProcess | undefined;
  let disposed = false;
  let up = keepTrying();
  // A bench that fails must not leave servers behind.
  const killLast = (): void => void child?.kill('SIGKILL');
  process.once('exit', killLast);

  async function keepTrying(): Promise<void> {
    for (let tries = 0; !disposed; tries += 1) {
      child = launch(options);
      const said: string[] = [];
      const refusal = await whenListening(child, (line) => {
        said.push(line);
        if (said.length > LINES_KEPT) said.shift();
        if (/uncaughtException|unhandledRejection|MaxListenersExceeded/.test(line)) troubles.push(line);
        else if (line.includes('"level":"error"') && !line.includes('"available":false')) complaints.push(line);
      });
      if (refusal === null) return watchOver(child, said);
      if (tries === MOST_TRIES) throw new Error(`${name} does not start: ${refusal}`);
      await setTimeout(RETRY_MILLISECONDS);
    }
  }

  function watchOver(running: ChildProcess, said: readonly string[]): void {
    running.once('exit', (code, signal) => {
      if (running === expected || disposed) return;
      troubles.push(`${name} ended by itself with ${code ?? signal}, having said:\n  ${said.join('\n  ')}`);
      up = keepTrying();
    });
  }

  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    get pid() {
      return child?.pid ?? 0;
    },
    troubles,
    complaints,
    whenUp: () => up,
    strike: async (signal, awayMilliseconds) => {
      await up;
      const struck = child;
      if (struck === undefined || struck.exitCode !== null) throw new Error(`${name} is not there to be ended.`);
      expected = struck;
      const startedAt = performance.now();
      const ended = new Promise<number | null>((resolve) => struck.once('exit', resolve));
      struck.kill(signal);
      up = ended.then(() => setTimeout(awayMilliseconds)).then(keepTrying);
      const exitCode = await ended;
      const endedAfter = performance.now() - startedAt;
      await up;
      return { signal, exitCode, endedAfter, upAgainAfter: performance.now() - startedAt };
    },
    [Symbol.asyncDispose]: async () => {
      disposed = true;
      process.off('exit', killLast);
      const last = child;
      if (last === undefined || last.exitCode !== null || last.signalCode !== null) return;
      const ended = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGKILL');
      await ended;
    },
  };
}

function launch({ name, command, port, databaseUrl, notify, settings = {} }: InstanceOptions): ChildProcess {
  const [program = '', ...args] = command;
  const { PATH, HOME, TMPDIR } = process.env;
  const url = new URL(databaseUrl);
  // So that its sessions can be told from those of the other.
  url.searchParams.set('application_name', name);
  const own = { DATABASE_URL: url.href, PORT: String(port), NOTIFY: String(notify) };
  return spawn(program, args, {
    env: {
      PATH,
      HOME,
      TMPDIR,
      ...own,
      STREAMS_PER_ADDRESS: '1000000',
      POINTS_PER_MINUTE: '1000000',
      LOG_LEVEL: 'info',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Null once it has said that it listens; what it said last when it ended before that. */
function whenListening(child: ChildProcess, hear: (line: string) => void): Promise<string | null> {
  return new Promise((resolve) => {
    let last = '';
    for (const output of [child.stdout, child.stderr]) {
      if (output === null) continue;
      createInterface(output).on('line', (line) => {
        last = line;
        hear(line);
        if (line.includes('"msg":"listening"')) resolve(null);
      });
    }
    child.once('close', () => resolve(last));
  });
}
