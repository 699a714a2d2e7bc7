/** Does everything in the database, then undoes it: what a dry run reports is what would have happened. */

import type { Difference } from '../../analysis/plan.ts';
import type { Database } from '../../database/database.ts';
import { differences, rememberStandings } from './differences.ts';

/** Takes the way back of a dry run. */
class DryRun extends Error {}

export interface Tried<T> {
  value: T;
  /** What would stand otherwise. */
  found: Difference[];
}

export async function tryOut<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<Tried<T>> {
  let outcome: Tried<T> | undefined;
  try {
    await db.transaction(async (tx) => {
      await rememberStandings(tx);
      const value = await work(tx);
      outcome = { value, found: await differences(tx) };
      throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  if (outcome === undefined) throw new Error('a dry run that did nothing');
  return outcome;
}
