/**
 * Whether the folder of an open database is still the one that was opened. Paths go on to lead somewhere after a folder
 * was removed, moved away or restored: PGlite would write what it has in memory into the new one, and destroy it.
 */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface PinnedFolder {
  /** False for good once it is gone, or another is in its place. */
  isSame(): boolean;
  release(): void;
}

/** The folder holds a database. What is looked at is a file of it that PostgreSQL never writes again. */
export function pinFolder(directory: string): PinnedFolder {
  const path = join(directory, 'PG_VERSION');
  // As long as it is open here, no other file gets its number.
  const descriptor = openSync(path, 'r');
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  let isSame = true;
  return {
    isSame: () => {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false });
      isSame &&= found?.dev === dev && found.ino === ino;
      return isSame;
    },
    release: () => closeSync(descriptor),
  };
}
