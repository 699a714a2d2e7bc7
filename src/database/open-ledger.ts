/**
 * A ledger ready for work: its folder closed to others and locked (embedded), the database opened, its tables brought
 * up to date. Everything taken is given back when one of the steps fails.
 */

import type { OpenDatabase } from './database.ts';
import { awayCodes, codeOf, isDiskFull } from './error-cause.ts';
import { lockDirectory } from './folder/directory-lock.ts';
import type { LedgerDirectory } from './folder/ledger-directory.ts';
import { damagedLedger, isMarked, LedgerLost, markLedger, requireWhole } from './folder/ledger-mark.ts';
import { keepLedgerPrivate, keepParentPrivate } from './folder/private-files.ts';
import { hasLedger, type LedgerIdentity, migrateDatabase } from './migrate.ts';
import { openDatabase } from './open.ts';
import { requireMendedDriver } from './postgres/mended-driver.ts';
import { requireWholeLog } from './whole-log.ts';

export type LedgerPlace = LedgerDirectory | { url: string; sample: boolean; pooled?: boolean };

export interface OpenOptions {
  /** Told why an embedded database had to be opened again, or ended. */
  onTrouble?: (error: Error) => void;
  /** Nothing is made in a database without a ledger; an embedded one is looked for before. */
  mustExist?: boolean;
}

export interface OpenLedger {
  database: OpenDatabase;
  identity: LedgerIdentity;
  /** Folders and files that others could reach until now. */
  mended: number;
  /** False: no lock of the kernel keeps a second owner out, only a file; `flock` is missing, or the disk has no locks. */
  lockedByKernel: boolean;
  close(): Promise<void>;
}

/** The database holds the other kind of ledger than the one asked for. */
export class WrongLedger extends Error {
  override readonly name = 'WrongLedger';
}

/** DATABASE_URL leads through a pooler that nobody told of. */
export class PoolerInBetween extends Error {
  override readonly name = 'PoolerInBetween';
}

/** There is none, and only looking for one makes none. */
export class NoLedger extends Error {
  override readonly name = 'NoLedger';
}

/** Nobody answers where DATABASE_URL leads. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/**
 * `rulesVersion` is taken by a new ledger only. Throws `DirectoryLocked`, `UnsafeFolder`, `WrongLedger`, `DatabaseAway`,
 * `NoLedger`, and `LedgerLost` for one that is gone, half there or damaged.
 */
export async function openLedger(
  place: LedgerPlace,
  rulesVersion: number,
  { onTrouble = () => {}, mustExist = false }: OpenOptions = {},
): Promise<OpenLedger> {
  const taken: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    // Backwards: the lock goes last, when nothing touches the directory any more.
    for (const give of taken.splice(0).reverse()) await give();
  };
  try {
    let mended = 0;
    let lockedByKernel = true;
    if ('directory' in place) {
      mended += await keepParentPrivate(place.directory);
      const lock = await lockDirectory(place.directory);
      taken.push(lock.release);
      lockedByKernel = lock.byKernel;
      mended += keepLedgerPrivate(place.directory);
      taken.push(async () => void keepLedgerPrivate(place.directory));
      requireWhole(place.directory, place.sample);
    } else requireMendedDriver();
    const database = await openDatabase(
      'directory' in place
        ? { kind: 'pglite', directory: place.directory, onTrouble }
        : { kind: 'postgres', url: place.url, pooled: place.pooled === true },
    ).catch(explain(place, () => true));
    taken.push(database.close);
    if (mustExist && !(await hasLedger(database.db).catch(explain(place, isDamage)))) throw new NoLedger(noLedger);
    const isNew = !('directory' in place && isMarked(place.directory));
    const created = isNew ? { rulesVersion, sample: place.sample } : null;
    const identity = await migrateDatabase(database, created).catch(explain(place, isDamage));
    if (identity.sample !== place.sample) throw new WrongLedger(describeMismatch(identity));
    await requireWholeLog(database.db).catch(explain(place, isDamage));
    if ('directory' in place && !place.sample) await markLedger(place.directory, identity.epoch);
    return { database, identity, mended, lockedByKernel, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const noLedger =
  'There is no ledger in the database of DATABASE_URL. "accord287 ingest", "accord287 serve" and "accord287 migrate" ' +
  'start one there.';

/**
 * Says what to do about a folder that PostgreSQL cannot work on, a pooler or a server that is away; any other error
 * stays as it is.
 */
const explain =
  (place: LedgerPlace, isDamaged: (error: Error) => boolean) =>
  (error: Error): never => {
    if (/unsupported startup parameter/.test(innermost(error).message)) {
      throw new PoolerInBetween('A pooler stands before the database of DATABASE_URL: set POOLER=true.');
    }
    const code = codeOf(error) ?? '';
    if (!('directory' in place) && awayCodes.has(code)) {
      // Of several addresses none answered: then there is only the code.
      throw new DatabaseAway(`The database of DATABASE_URL cannot be reached: ${innermost(error).message || code}.`);
    }
    if (!('directory' in place) || isDiskFull(error) || !isDamaged(error)) throw error;
    throw damagedLedger(place.directory, place.sample, innermost(error).message);
  };

/** Files that are missing or nonsense, and the thread of the database dying over them. */
const isDamage = (error: Error): boolean => error instanceof LedgerLost || /^(58|XX|57P02)/.test(codeOf(error) ?? '');

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

function describeMismatch(identity: LedgerIdentity): string {
  return identity.sample
    ? 'The database holds a sample ledger. Set SAMPLE=true to open it, or use another database.'
    : 'The database holds a real ledger, and SAMPLE=true asks for a sample. Unset SAMPLE, or use another database.';
}
