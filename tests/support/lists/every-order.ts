/**
 * Lists in every order of arrival. Orders that begin alike share what they begin with: each list is ingested under a
 * savepoint, and undone before the next takes its place.
 */
import type { Database } from '../../../src/database/database.ts';

class Undone extends Error {}

/**
 * Calls `look` once for each order of the lists, with a ledger into which they came in that order; only for those that
 * begin with one of the `firsts` where they are given.
 */
export async function inEveryOrder<T>(
  db: Database,
  lists: readonly T[],
  ingest: (db: Database, list: T) => Promise<void>,
  look: (db: Database) => Promise<void>,
  firsts: readonly T[] = lists,
): Promise<void> {
  if (lists.length === 0) return look(db);
  for (const [index, list] of lists.entries()) {
    if (!firsts.includes(list)) continue;
    const trial = db.transaction(async (inner) => {
      await ingest(inner, list);
      await inEveryOrder(inner, lists.toSpliced(index, 1), ingest, look);
      throw new Undone();
    });
    await trial.catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  }
}
