/**
 * One owner for an embedded data directory. PGlite takes no lock of its own, and two processes on one directory
 * silently lose rows, so a file beside the directory names the owner: a live one is refused by its pid, a dead one
 * (killed, or the machine restarted) is taken over.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

export interface DirectoryLock {
  release(): Promise<void>;
}

export interface LockOwner {
  pid: number;
  host: string;
  /** What tells this process from a later one with the same pid; null where the system does not say. */
  started: string | null;
  /** Names one taking of the lock. */
  token: string;
}

export class DirectoryLocked extends Error {
  readonly owner: LockOwner;
  constructor(directory: string, owner: LockOwner) {
    const elsewhere = owner.host === hostname() ? '' : ` on ${owner.host}`;
    const advice =
      elsewhere === ''
        ? 'Stop it first, or set DATA_DIR to another folder.'
        : `If that machine no longer runs it, remove ${lockPath(directory)}.`;
    super(`The ledger in ${directory} is open in process ${owner.pid}${elsewhere}. ${advice}`);
    this.name = 'DirectoryLocked';
    this.owner = owner;
  }
}

/** Throws `DirectoryLocked` when a live process owns the directory. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = lockPath(directory);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const token = randomUUID();
  const mine: LockOwner = { pid: process.pid, host: hostname(), started: await startOf(process.pid), token };
  // Written apart and linked into place, so that nobody ever reads a lock without its contents.
  const draft = `${path}.${token}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    if (!(await placeLock(draft, path))) await takeOver(directory, draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => releaseLock(path, token) };
}

/** The live owner, or null when nobody has the directory. */
export async function readLockOwner(directory: string): Promise<LockOwner | null> {
  const owner = await readOwner(lockPath(directory));
  return owner !== null && (await isAlive(owner)) ? owner : null;
}

function lockPath(directory: string): string {
  return `${directory}.lock`;
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
async function takeOver(directory: string, draft: string, path: string): Promise<void> {
  const guard = `${path}.takeover`;
  await enterGuard(guard);
  try {
    const owner = await readOwner(path);
    if (owner !== null && (await isAlive(owner))) throw new DirectoryLocked(directory, owner);
    await rename(draft, path);
  } finally {
    await rm(guard, { force: true });
  }
}

/** The guard is held for milliseconds; one that is older was left by a process that died holding it. */
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
      (found) => Date.now() - found.mtimeMs,
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
  // Pids of another machine or container mean nothing here: it counts as alive until a person says otherwise.
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
