/**
 * Whether a ledger that was here still is. A real ledger leaves a mark beside its folder, so that a folder that is gone
 * is not taken for a new one: neither an empty ledger nor the sample is shown in its place. A folder that is half there
 * is refused before PGlite touches it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The ledger is gone, half there or damaged; the message says what to restore. */
export class LedgerLost extends Error {
  override readonly name = 'LedgerLost';
}

/** True where a real ledger was opened before, whatever is there now. */
export function isMarked(directory: string): boolean {
  return existsSync(markPath(directory));
}

export async function markLedger(directory: string, epoch: string): Promise<void> {
  const path = markPath(directory);
  if (existsSync(path)) return;
  const text = `${JSON.stringify({ ledger: directory, epoch, openedAt: new Date().toISOString() })}\n`;
  await writeFile(`${path}.unfinished`, text, { mode: 0o600 });
  await rename(`${path}.unfinished`, path);
}

/** Throws {@link LedgerLost} unless the folder is there as a whole, or never was. */
export function requireWhole(directory: string, sample: boolean): void {
  if (!existsSync(directory)) {
    if (isMarked(directory)) throw new LedgerLost(`The ledger in ${directory} is gone. ${advice(directory, sample)}`);
    return;
  }
  const names = new Set(readdirSync(directory));
  const missing = parts.filter((part) => (part.includes('/') ? !existsSync(join(directory, part)) : !names.has(part)));
  if (missing.length === 0) return;
  const what = names.size === 0 ? 'is empty' : `is not whole: ${missing.join(', ')} is missing`;
  throw new LedgerLost(`The ledger in ${directory} ${what}. ${advice(directory, sample)}`);
}

/** For one that is there and cannot be read; `why` is a sentence. */
export function damagedLedger(directory: string, sample: boolean, why: string): LedgerLost {
  return new LedgerLost(`The ledger in ${directory} cannot be opened: ${why} ${advice(directory, sample)}`);
}

/** Without any of them PostgreSQL does not start. */
const parts = ['PG_VERSION', 'base', 'global', 'global/pg_control', 'pg_wal', 'pg_xact', 'pg_multixact'];

function advice(directory: string, sample: boolean): string {
  if (sample) return `It is a sample: remove ${directory}, and the next start makes it anew.`;
  return (
    `Nothing was changed. Bring the folder back (is its disk mounted?), or move what is left away and run ` +
    `"accord287 restore FILE" with a backup. To begin an empty ledger instead, remove ${directory} and ${markPath(directory)}.`
  );
}

function markPath(directory: string): string {
  return `${directory}.mark`;
}
