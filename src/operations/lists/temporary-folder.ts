/**
 * Folders for the length of one piece of work. They go with it, also when a signal ends the process; what a killed one
 * left behind is removed by the next.
 */
import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function withTemporaryFolder<Result>(
  purpose: 'dry-run' | 'sample' | 'upload',
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  await sweepTemporaryFolders();
  const folder = await mkdtemp(join(tmpdir(), `accord287-${purpose}-`));
  const forget = removeAtTheEnd(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}

/** Removes what processes of this user left behind more than a day ago. Who still works after a day is not known. */
export async function sweepTemporaryFolders(now = Date.now()): Promise<void> {
  const abandonedAfterMilliseconds = 24 * 60 * 60 * 1000;
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!/^accord287-(dry-run|sample|upload)-\w{6}$/.test(name)) continue;
    const path = join(tmpdir(), name);
    const facts = await lstat(path).catch(() => null);
    if (facts === null) continue;
    const isOurs = facts.isDirectory() && (process.geteuid === undefined || facts.uid === process.geteuid());
    if (!isOurs || now - facts.mtimeMs < abandonedAfterMilliseconds) continue;
    // Another process may sweep at the same time.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

const open = new Set<string>();

function removeAll(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
}

/** A signal that nobody handles ends the process without another word, so it is handled while there is a folder. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

function onSignal(signal: NodeJS.Signals): void {
  // Whoever handles it too, as a server does, ends in order: then the folders go at the exit.
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}

function removeAtTheEnd(folder: string): () => void {
  if (open.size === 0) {
    process.on('exit', removeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  open.add(folder);
  return () => {
    open.delete(folder);
    if (open.size > 0) return;
    process.off('exit', removeAll);
    for (const signal of signals) process.off(signal, onSignal);
  };
}
