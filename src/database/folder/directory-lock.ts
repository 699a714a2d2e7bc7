/**
 * One owner for an embedded data directory. PGlite takes no lock of its own, and two processes on one directory
 * silently lose rows. The kernel's lock on a file beside the directory says whether anybody has it, and another file
 * who. Where there is no such lock, that file alone must do: a live owner is refused by its pid, a dead one (killed, or
 * the machine restarted) is taken over.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { type KernelLock, takeKernelLock } from './kernel-lock.ts';

export interface DirectoryLock {
  /** False: only a file names the owner, which an owner in another container or on another machine cannot tell from a dead one. */
  byKernel: boolean;
  release(): Promise<void>;
}

export interface LockOwner {
  pid: number;
  host: string;
  /** What tells this process from a later one with the same pid; null where the system does not say. */
  started: string | null;
  /** Names one taking of the lock. */
  token: string;
  /** It has the kernel's lock too: without that it is dead. */
  byKernel: boolean;
}

export class DirectoryLocked extends Error {
  /** Null: it is not known. */
  readonly owner: LockOwner | null;
  constructor(directory: string, owner: LockOwner | null) {
    const elsewhere = owner === null || owner.host === hostname() ? '' : ` on ${owner.host}`;
    const advice =
      owner === null || owner.byKernel || elsewhere === ''
        ? 'Stop it first, or set DATA_DIR to another folder.'
        : `If that machine no longer runs it, remove ${lockPath(directory)}.`;
    const process = owner === null ? 'another process' : `process ${owner.pid}${elsewhere}`;
    super(`The ledger in ${directory} is open in ${process}. ${advice}`);
    this.name = 'DirectoryLocked';
    this.owner = owner;
  }
}

/** Throws `DirectoryLocked` when a live process owns the directory. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = lockPath(directory);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const kernel = await awaitKernelLock(directory);
  if (kernel.state === 'TAKEN') throw new DirectoryLocked(directory, await readOwner(path));
  const byKernel = kernel.state === 'HELD';
  const token = randomUUID();
  const mine = { pid: process.pid, host: hostname(), started: await startOf(process.pid), token, byKernel };
  const unlock = byKernel ? kernel.release : () => {};
  try {
    await writeOwner(directory, mine);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    byKernel,
    release: async () => {
      await releaseLock(path, token);
      unlock();
    },
  };
}

/** Somebody who only looks whether it is taken has it for some milliseconds. */
async function awaitKernelLock(directory: string): Promise<KernelLock> {
  for (let tries = 0; ; tries += 1) {
    const lock = takeKernelLock(kernelLockPath(directory));
    if (lock.state !== 'TAKEN' || tries >= 10) return lock;
    await wait(25);
  }
}

async function writeOwner(directory: string, mine: LockOwner): Promise<void> {
  const path = lockPath(directory);
  // Written apart and linked into place, so that nobody ever reads a lock without its contents.
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    if (!(await placeLock(draft, path))) await takeOver(directory, draft, mine);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The live owner, or null when nobody has the directory. */
export async function readLockOwner(directory: string): Promise<LockOwner | null> {
  const owner = await readOwner(lockPath(directory));
  if (owner === null) return null;
  const kernel: KernelLock = owner.byKernel ? takeKernelLock(kernelLockPath(directory)) : { state: 'UNAVAILABLE' };
  if (kernel.state === 'HELD') kernel.release();
  if (kernel.state === 'UNAVAILABLE') return (await isAlive(owner)) ? owner : null;
  return kernel.state === 'TAKEN' ? owner : null;
}

function lockPath(directory: string): string {
  return `${directory}.lock`;
}

function kernelLockPath(directory: string): string {
  return `${directory}.flock`;
}

async function placeLock(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Two processes may find the same dead owner; only the one that holds the second file may replace the lock, and it
 * looks again first.
 */
async function takeOver(directory: string, draft: string, mine: LockOwner): Promise<void> {
  const path = lockPath(directory);
  const guard = `${path}.takeover`;
  await enterGuard(guard);
  try {
    const owner = await readOwner(path);
    const hasEnded = owner === null || (owner.byKernel && mine.byKernel) || !(await isAlive(owner));
    if (!hasEnded) throw new DirectoryLocked(directory, owner);
    await rename(draft, path);
  } finally {
    await rm(guard, { force: true });
  }
}

/** The guard is held for milliseconds; one of another time was left by a process that died, or the clock was set. */
async function enterGuard(guard: string): Promise<void> {
  const abandonedAfterMilliseconds = 10_000;
  for (;;) {
    try {
      await (await open(guard, 'wx', 0o600)).close();
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const age = await stat(guard).then(
      (found) => Math.abs(Date.now() - found.mtimeMs),
      () => 0,
    );
    if (age > abandonedAfterMilliseconds) await rm(guard, { force: true });
    else await wait(25);
  }
}

/** Only our own lock is removed: after a wrong takeover by hand the file may be somebody else's. */
async function releaseLock(path: string, token: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner?.token === token) await rm(path, { force: true });
}

const ownerShape = z.object({
  pid: z.int().positive(),
  host: z.string(),
  started: z.string().nullable(),
  token: z.string(),
  byKernel: z.boolean().default(false),
});

/** Null when there is no lock, or none that a process of ours wrote. */
async function readOwner(path: string): Promise<LockOwner | null> {
  try {
    return ownerShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

async function isAlive(owner: LockOwner): Promise<boolean> {
  // Pids of another machine or container mean nothing here: without the kernel's word it counts as alive until a person says otherwise.
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  return owner.started === null || owner.started === (await startOf(owner.pid));
}

/** Boot and start time of a process on Linux; pids are reused, this pair is not. Null elsewhere. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces; the start time is the 22nd.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return `${boot}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
