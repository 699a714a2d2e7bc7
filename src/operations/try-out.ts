/** Does everything in the database, then undoes it: what a dry run reports is what would have happened. */
import type { Database } from '../database/database.ts';

/** Takes the way back of a dry run. */
class DryRun extends Error {}

export async function tryOut<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  let outcome: { value: T } | undefined;
  try {
    await db.transaction(async (tx) => {
      outcome = { value: await work(tx) };
      throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  if (outcome === undefined) throw new Error('a dry run that did nothing');
  return outcome.value;
}
