/** The command line in this process: the program that `accord287` runs, without the second that a process takes to start. */
import { runProgram } from '../../../src/cli/program.ts';
import type { Ended, Settings } from './program.ts';

let last: Promise<unknown> = Promise.resolve();

/** One at a time: a process has one environment and one exit code. For what ends by itself and awaits no signal. */
export function runHere(args: readonly string[], settings: Settings): Promise<Ended> {
  const ended = last.then(() => run(args, settings));
  last = ended.catch(() => {});
  return ended;
}

async function run(args: readonly string[], settings: Settings): Promise<Ended> {
  const { env, exitCode } = process;
  const [stdout, stderr] = [listenTo(process.stdout), listenTo(process.stderr)];
  const { PATH, HOME, TMPDIR } = env;
  process.env = { ...{ PATH, HOME, TMPDIR }, ...settings };
  process.exitCode = 0;
  try {
    await runProgram([process.execPath, 'accord287', ...args]);
    return { code: Number(process.exitCode), stdout: stdout.written(), stderr: stderr.written() };
  } finally {
    process.env = env;
    process.exitCode = exitCode;
    stdout.restore();
    stderr.restore();
  }
}

/** Keeps what is written to a stream, until it is restored. */
function listenTo(stream: NodeJS.WriteStream): { written(): string; restore(): void } {
  const { write } = stream;
  const listeners = stream.listeners('error');
  let written = '';
  stream.write = (chunk: string | Uint8Array): boolean => {
    written += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return {
    written: () => written,
    restore: () => {
      stream.write = write;
      for (const listener of stream.listeners('error')) {
        if (!listeners.includes(listener)) stream.off('error', listener as () => void);
      }
    },
  };
}
