/** The file of a backup: what it replaces, which is nothing but an older backup, and which kind it is. */
import { lstat, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { BackupFailed } from './backup-report.ts';

/** What an archive of an embedded ledger says of itself, as its first file. */
export const LABEL = 'accord287-backup.json';

/** Of a backup until it is found whole; a killed one leaves it, and the next to that file removes it. */
export const unfinishedName = (file: string): string => `${file}.unfinished`;

/** Throws {@link BackupFailed} unless there is nothing of that name, an empty file, or an older backup. */
export async function requireTarget(file: string): Promise<void> {
  const folder = dirname(file);
  const around = await stat(folder).catch(() => null);
  if (around?.isDirectory() !== true)
    throw new BackupFailed(`There is no folder ${folder}: make it, or choose another.`);
  const found = await lstat(file).catch(() => null);
  if (found === null) return;
  const refuse = (what: string): BackupFailed =>
    new BackupFailed(`${file} is ${what}, which a backup does not replace: choose another name.`);
  if (found.isDirectory()) throw refuse('a folder');
  if (found.isSymbolicLink()) throw refuse('a link');
  if (!found.isFile()) throw refuse('no regular file');
  if (found.size > 0 && kindOf(await readHead(file)) === null) throw refuse('no backup of a ledger');
}

/** Throws {@link BackupFailed} where the file is a backup of the other kind of database, or of none. */
export async function requireKind(file: string, kind: 'embedded' | 'postgres'): Promise<void> {
  const found = kindOf(await readHead(file));
  if (found === kind) return;
  if (found === null) throw new BackupFailed(`${file} is not a backup of a ledger.`);
  throw new BackupFailed(
    found === 'postgres'
      ? `${file} is of a ledger on a PostgreSQL server: DATABASE_URL says where to restore it.`
      : `${file} is of an embedded ledger: unset DATABASE_URL to restore it in DATA_DIR.`,
  );
}

/** By its first bytes; null: it is no backup. */
function kindOf(head: Buffer): 'embedded' | 'postgres' | null {
  if (head.toString('latin1', 0, 5) === 'PGDMP') return 'postgres';
  return labelled(head) ? 'embedded' : null;
}

/** The first bytes of a regular file; a pipe would be waited for. Throws {@link BackupFailed} where it has none to read. */
async function readHead(file: string): Promise<Buffer> {
  try {
    if (!(await stat(file)).isFile()) throw new BackupFailed(`${file} is no file.`);
    const handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4_096), 0, 4_096, 0).finally(() => handle.close());
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof BackupFailed) throw error;
    throw new BackupFailed(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function labelled(head: Buffer): boolean {
  try {
    // Of an archive that is cut off here, what there is.
    const start = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return start.toString('latin1', 0, LABEL.length) === LABEL;
  } catch {
    return false;
  }
}
