/**
 * A ledger ready for work: its folder closed to others and locked (embedded), the database opened, its tables brought
 * up to date. Everything taken is given back when one of the steps fails.
 */

import type { OpenDatabase } from './database.ts';
import { lockDirectory } from './folder/directory-lock.ts';
import type { LedgerDirectory } from './folder/ledger-directory.ts';
import { keepLedgerPrivate, keepParentPrivate } from './folder/private-files.ts';
import { type LedgerIdentity, migrateDatabase } from './migrate.ts';
import { openDatabase } from './open.ts';
import { requireMendedDriver } from './postgres/mended-driver.ts';

export type LedgerPlace = LedgerDirectory | { url: string; sample: boolean };

export interface OpenLedger {
  database: OpenDatabase;
  identity: LedgerIdentity;
  /** Folders and files that others could reach until now. */
  mended: number;
  close(): Promise<void>;
}

/** The database holds the other kind of ledger than the one asked for. */
export class WrongLedger extends Error {
  override readonly name = 'WrongLedger';
}

/**
 * `rulesVersion` is taken by a new ledger only; `onTrouble` is told why an embedded database had to be opened again.
 * Throws `DirectoryLocked`, `UnsafeFolder` and `WrongLedger`.
 */
export async function openLedger(
  place: LedgerPlace,
  rulesVersion: number,
  onTrouble: (error: Error) => void = () => {},
): Promise<OpenLedger> {
  const taken: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // Backwards: the lock goes last, when nothing touches the directory any more.
    for (const give of taken.splice(0).reverse()) await give();
  };
  try {
    let mended = 0;
    if ('directory' in place) {
      mended += await keepParentPrivate(place.directory);
      taken.push((await lockDirectory(place.directory)).release);
      mended += keepLedgerPrivate(place.directory);
      taken.push(async () => void keepLedgerPrivate(place.directory));
    } else requireMendedDriver();
    const database = await openDatabase(
      'directory' in place
        ? { kind: 'pglite', directory: place.directory, onTrouble }
        : { kind: 'postgres', url: place.url },
    );
    taken.push(database.close);
    const identity = await migrateDatabase(database, { rulesVersion, sample: place.sample });
    if (identity.sample !== place.sample) throw new WrongLedger(describeMismatch(identity));
    return { database, identity, mended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function describeMismatch(identity: LedgerIdentity): string {
  return identity.sample
    ? 'The database holds a sample ledger. Set SAMPLE=true to open it, or use another database.'
    : 'The database holds a real ledger, and SAMPLE=true asks for a sample. Unset SAMPLE, or use another database.';
}
