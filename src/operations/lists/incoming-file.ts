/** A file on its way into the ledger: its bytes, and what is known of it before it is opened. */
import type { Origin } from '../../../schema/enums.ts';
import type { Fetched } from '../../../schema/tables/snapshots.ts';
import type { FileFacts, ReadResult } from '../../intake/table/list.ts';
import { Refusal } from '../operations.ts';
import { readRegularFile, UnreadablePath } from './read-file.ts';

export interface IncomingFile {
  facts: FileFacts;
  origin: Origin;
  /** Record what it changes as history. */
  backfill: boolean;
  /** The verdict on it in the archive that it is of; left out, it is of none. */
  archivedStatus?: string;
  /** Where it was fetched; left out, it was not. */
  fetched?: Fetched;
  /** Its bytes, the same each time; not kept in memory by who asks. */
  read(): Promise<Uint8Array>;
  /** Of these bytes with these facts, by the spellings of that stamp; left out, they were not read yet. */
  reading?: { result: ReadResult; stamp: string };
}

/** Far beyond any list; a file that large is not even opened, and of one that grows no more is read. */
const ABSURD_BYTES = 100_000_000;

/** Throws {@link Refusal} for a path that is no regular file. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, ABSURD_BYTES);
  } catch (error) {
    if (error instanceof UnreadablePath) throw new Refusal('BAD_ARGUMENT', error.message);
    throw error;
  }
}
