/**
 * Another user of the same machine, as a process of plain JavaScript. Only root can start one, so tests with it are
 * skipped for everybody else.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** `nobody` of most systems. */
export const otherUid = 65_534;

export const canBeOther = process.geteuid?.() === 0;

export interface OtherProcess extends Disposable {
  /** The next line that it writes. */
  line(): Promise<string>;
}

export function startAsOther(script: string, ...args: readonly string[]): OtherProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    ...{ uid: otherUid, gid: otherUid, cwd: '/', env: {} },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => String((await lines.next()).value),
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** What the other user can read or list, or change, at and below a path. */
export async function reachableByOther(path: string): Promise<string[]> {
  using other = startAsOther(walk, path);
  // The script below writes this.
  return JSON.parse(await other.line()) as string[];
}

const walk = `
import { accessSync, constants, readdirSync } from 'node:fs';
const reached = [];
const can = (path, mode) => { try { accessSync(path, mode); return true; } catch { return false; } };
const look = (path) => {
  if (can(path, constants.R_OK)) reached.push('read ' + path);
  if (can(path, constants.W_OK)) reached.push('write ' + path);
  let names = [];
  try { names = readdirSync(path); } catch {}
  for (const name of names) look(path + '/' + name);
};
look(process.argv.at(-1));
console.log(JSON.stringify(reached));`;
