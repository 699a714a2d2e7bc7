/** Makes what was written survive the machine losing its power. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, or the names in a folder. */
export async function syncPath(path: string): Promise<void> {
  // Windows can open no folder.
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (process.platform === 'win32') return null;
    throw error;
  });
  await handle?.sync().catch((error: unknown) => {
    if (process.platform !== 'win32') throw error;
  });
  await handle?.close();
}

/** A folder with all that is in it. */
export async function syncBelow(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncBelow(path);
    else if (entry.isFile()) await syncPath(path);
  }
  await syncPath(folder);
}
