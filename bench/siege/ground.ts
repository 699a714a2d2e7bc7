/** A ledger of generated lists to start a server on, and the lists that are to come. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBenchServer } from '../database/open-bench-database.ts';
import { ingestLists, writeLists } from './lists.ts';

export interface Ground extends AsyncDisposable {
  /** Settings that say which ledger. */
  ledger: Record<string, string>;
  /** Not ingested yet, in the order of their publication. */
  files: readonly string[];
}

const LISTS_TO_COME = 10;

/** With so many lists in the ledger before. */
export async function openGround(database: 'embedded' | 'postgres', before = 30): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-siege-'));
  const bench = database === 'postgres' ? await openBenchServer() : null;
  const leave = async (): Promise<void> => {
    await bench?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ledger: Record<string, string> =
      bench === null
        ? { DATA_DIR: join(folder, 'data'), SAMPLE: 'false' }
        : { DATABASE_URL: await bench.createLedger('siege') };
    const files = await writeLists(join(folder, 'lists'), before + LISTS_TO_COME);
    await ingestLists(ledger, files.slice(0, before));
    return { ledger, files: files.slice(before), [Symbol.asyncDispose]: leave };
  } catch (error) {
    await leave();
    throw error;
  }
}
