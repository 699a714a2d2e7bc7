/** Begins the sample ledger again: its lists are made up, so nothing that anybody published is lost with it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { lockDirectory } from '../../database/folder/directory-lock.ts';
import { sampleLedger } from '../../database/folder/ledger-directory.ts';

/** False where there is none. Throws `DirectoryLocked` while a process has it open. */
export async function resetSampleLedger(dataDir: string): Promise<boolean> {
  const { directory } = sampleLedger(dataDir);
  const lock = await lockDirectory(directory);
  try {
    if (!existsSync(directory)) return false;
    await rm(directory, { recursive: true });
    return true;
  } finally {
    await lock.release();
  }
}
