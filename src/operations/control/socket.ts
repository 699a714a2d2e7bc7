/**
 * Where the owner of an embedded ledger listens for the CLI: a unix socket in a folder of its own, beside the lock, that
 * only the owner can enter.
 */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function controlSocketPath(directory: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\accord287-${shortHash(directory)}`;
  const beside = join(`${directory}.control`, 'socket');
  // The kernel's limit for a socket's path is 104 to 108 bytes, and a longer one is cut without a word.
  return Buffer.byteLength(beside) <= 100
    ? beside
    : join(tmpdir(), `accord287-control-${shortHash(directory)}`, 'socket');
}

/** Where builds before this one listened: in a folder that others might write to. */
export function formerSocketPaths(directory: string): string[] {
  return [`${directory}.sock`, join(tmpdir(), `accord287-${shortHash(directory)}.sock`)];
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
