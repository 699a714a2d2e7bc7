/**
 * A lock that the kernel keeps on a file for as long as this process has it open: it ends with the process, however
 * that ends, and holds between containers that share a folder, where a pid means nothing. Node cannot ask for one
 * itself; the command `flock` (of util-linux and busybox) takes it on a descriptor that it inherits, in milliseconds.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** TAKEN: a process that lives has it. UNAVAILABLE: there is no `flock`, or the file system has no locks. */
export type KernelLock = { state: 'HELD'; release(): void } | { state: 'TAKEN' } | { state: 'UNAVAILABLE' };

/** Makes the file where it is missing, and never removes it: another process could lock the removed one. */
export function takeKernelLock(path: string): KernelLock {
  if (process.platform === 'win32') return { state: 'UNAVAILABLE' };
  const descriptor = openSync(path, 'a', 0o600);
  const stdio = ['ignore', 'ignore', 'pipe', descriptor] as const;
  const { status, stderr } = spawnSync('flock', ['-n', '-x', '3'], { stdio: [...stdio], encoding: 'utf8' });
  if (status === 0) return { state: 'HELD', release: () => closeSync(descriptor) };
  closeSync(descriptor);
  // Where another has it they say nothing; words are about `flock` itself or the file system.
  return { state: status === 1 && stderr === '' ? 'TAKEN' : 'UNAVAILABLE' };
}
