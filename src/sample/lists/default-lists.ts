/**
 * The lists of the sample ledger that a newcomer starts with: the thirty of the published history, of which the last
 * are held back and released one at a time, so that events arrive while somebody watches.
 */
import { planLists, type SampleList } from './plan-lists.ts';

/** Participating lists at the end, each with at least one new agreement. */
export const heldBackLists = 6;

/** In publication order; the last `heldBackLists` are for later. */
export function defaultLists(): SampleList[] {
  return planLists({ agencies: 1154, lists: 30 });
}
