import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

test('lets one of many win a dead lock', async () => {
  await writeOwner({ pid: await pidOfDeadProcess() });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
});

test('removes only its own lock', async () => {
  const lock = await lockDirectory(directory);
  await writeOwner({ pid: 1, host: 'elsewhere' });
  await lock.release();
  expect(await readFile(`${directory}.lock`, 'utf8')).toContain('elsewhere');
});

async function writeOwner(owner: { pid: number; host?: string; started?: string }): Promise<void> {
  const whole = { host: hostname(), started: null, token: 'another', ...owner };
  await writeFile(`${directory}.lock`, JSON.stringify(whole));
}

function pidOfDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  return new Promise((resolve) => child.once('exit', () => resolve(child.pid ?? 0)));
}
