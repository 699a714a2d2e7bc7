/**
 * Originals of an embedded ledger: files named by their hash in its folder, because PGlite would hold them all in
 * memory. A file is written and synced before the list that it is about is committed.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OriginalStore } from '../database.ts';
import { syncPath } from '../folder/sync-files.ts';
import { checked, DamagedOriginal, PIECE_BYTES, recordOriginal } from '../originals.ts';

/** Where they are in the folder of a ledger. */
export const originalsFolder = (directory: string): string => join(directory, 'originals');

/**
 * Copies those that are there by now to the copy of a ledger. They never change, so nobody has to wait meanwhile; what
 * comes later is copied with the rest.
 */
export async function copyOriginals(directory: string, copy: string): Promise<void> {
  const [from, to] = [originalsFolder(directory), originalsFolder(copy)];
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of await readdir(from).catch(() => [])) {
    if (!name.endsWith('.unfinished')) await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
  }
}

/** `directory` is that of the ledger; `requireFolder` throws where another is in its place. */
export function createOriginalFiles(directory: string, requireFolder: () => void): OriginalStore {
  const folder = originalsFolder(directory);
  const pathOf = (sha256: string): string => join(folder, sha256);
  return {
    async keep(tx, original) {
      requireFolder();
      // Before the row: a file without a row is nothing, a row without a file a loss.
      if (!(await isWhole(original.sha256, pathOf(original.sha256)))) {
        await writeWhole(folder, pathOf(original.sha256), original.bytes);
      }
      await recordOriginal(tx, original);
    },
    read: (sha256) => checked(sha256, piecesOf(sha256, pathOf(sha256))),
  };
}

/** Appears under its name with all its bytes, or not at all. */
async function writeWhole(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  // A new name is safe once its folder is.
  await syncPath(folder);
}

/** Whether it is there and undamaged: the same file that comes again mends what is not. */
async function isWhole(sha256: string, path: string): Promise<boolean> {
  try {
    for await (const _piece of checked(sha256, piecesOf(sha256, path)));
    return true;
  } catch {
    return false;
  }
}

async function* piecesOf(sha256: string, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path).catch((error: unknown) => {
    throw new DamagedOriginal(sha256, 'is missing in the folder of the ledger', { cause: error });
  });
  try {
    for await (const piece of file.createReadStream({ highWaterMark: PIECE_BYTES, autoClose: false })) yield piece;
  } finally {
    await file.close();
  }
}
