import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { DirectoryLocked, lockDirectory, readLockOwner } from '../../../src/database/folder/directory-lock.ts';

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'accord287-lock-'));
  directory = join(parent, 'real');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test('refuses a second owner and names the pid of the first', async () => {
  const lock = await lockDirectory(directory);
  const second = lockDirectory(directory);
  await expect(second).rejects.toThrow(DirectoryLocked);
  await expect(second).rejects.toThrow(String(process.pid));
  await lock.release();
});

test('is free again after its release and leaves nothing behind', async () => {
  await (await lockDirectory(directory)).release();
  expect(await readLockOwner(directory)).toBeNull();
  await (await lockDirectory(directory)).release();
  expect(existsSync(`${directory}.lock`)).toBe(false);
});

test('takes over the lock of a process that is gone', async () => {
  await writeOwner({ pid: await pidOfDeadProcess() });
  const lock = await lockDirectory(directory);
  expect((await readLockOwner(directory))?.pid).toBe(process.pid);
  await lock.release();
});

test('takes over the lock of a dead process whose pid another process has now', async () => {
  await writeOwner({ pid: process.pid, started: 'another boot/1' });
  const lock = await lockDirectory(directory);
  await lock.release();
});

test('does not judge a process of another machine', async () => {
  await writeOwner({ pid: 1, host: `not-${hostname()}` });
  await expect(lockDirectory(directory)).rejects.toThrow(`not-${hostname()}`);
});

test('takes over a lock file that nobody finished', async () => {
  await writeFile(`${directory}.lock`, '{"pid":');
  await (await lockDirectory(directory)).release();
});

test.each([-1, 1])('does not wait for a takeover that was broken off, by its file %s h from now', async (hours) => {
  await writeOwner({ pid: await pidOfDeadProcess() });
  const guard = `${directory}.lock.takeover`;
  await writeFile(guard, '');
  const then = new Date(Date.now() + hours * 3_600_000);
  await utimes(guard, then, then);
  await (await lockDirectory(directory)).release();
});

test('lets one of many win a dead lock', async () => {
  await writeOwner({ pid: await pidOfDeadProcess() });
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
});

const elsewhere = { pid: 7, host: `not-${hostname()}` };

test('takes over from a dead owner in another container, which had the lock of the kernel', async () => {
  await writeOwner({ ...elsewhere, byKernel: true });
  expect(await readLockOwner(directory)).toBeNull();
  const lock = await lockDirectory(directory);
  expect(lock.byKernel).toBe(true);
  await lock.release();
});

test('takes over from an owner that was killed', async () => {
  const owner = spawnOwner();
  await owner.says('locked');
  await expect(lockDirectory(directory)).rejects.toThrow(`open in process ${owner.pid}`);
  owner.kill();
  await expect.poll(() => lockDirectory(directory).then(({ release }) => release())).toBeUndefined();
});

test.runIf(canUnshare())('keeps two containers on one folder apart, though no pid means anything', async () => {
  const owner = spawnOwner('unshare', '--pid', '--fork', '--mount-proc', '--kill-child', '--uts');
  await owner.says('locked');
  // As it looks where the host's name is another one, too.
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryLocked);
  expect((await readLockOwner(directory))?.pid).toBeLessThan(100);
  owner.kill();
  await expect.poll(() => lockDirectory(directory).then(({ release }) => release())).toBeUndefined();
});

test('goes by the file alone where there is no flock, and says so', async () => {
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    const lock = await lockDirectory(directory);
    expect(lock.byKernel).toBe(false);
    await expect(lockDirectory(directory)).rejects.toThrow(String(process.pid));
    await lock.release();
    await writeOwner({ ...elsewhere, byKernel: true });
    await expect(lockDirectory(directory)).rejects.toThrow(elsewhere.host);
  } finally {
    process.env.PATH = PATH;
  }
});

test('removes only its own lock', async () => {
  const lock = await lockDirectory(directory);
  await writeOwner({ pid: 1, host: 'elsewhere' });
  await lock.release();
  expect(await readFile(`${directory}.lock`, 'utf8')).toContain('elsewhere');
});

async function writeOwner(owner: { pid: number; host?: string; started?: string; byKernel?: boolean }): Promise<void> {
  const whole = { host: hostname(), started: null, token: 'another', ...owner };
  await writeFile(`${directory}.lock`, JSON.stringify(whole));
}

function pidOfDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  return new Promise((resolve) => child.once('exit', () => resolve(child.pid ?? 0)));
}

/** A process that has the lock until it is killed, begun through another program where one is given. */
function spawnOwner(...through: string[]) {
  const module = new URL('../../../src/database/folder/directory-lock.ts', import.meta.url);
  const script = `const { lockDirectory } = await import(${JSON.stringify(module.href)});
    await lockDirectory(${JSON.stringify(directory)});
    console.log('locked');
    setInterval(() => {}, 1_000);`;
  const [program = '', ...args] = [
    ...through,
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    '--input-type=module',
    '-e',
    script,
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    pid: child.pid,
    kill: () => child.kill('SIGKILL'),
    says: (line: string) =>
      new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (text) => String(text).trim() === line && resolve());
        child.once('exit', () => reject(new Error('The owner ended.')));
      }),
  };
}

/** Only root may make a namespace of pids, and not in every container. */
function canUnshare(): boolean {
  return spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
}
