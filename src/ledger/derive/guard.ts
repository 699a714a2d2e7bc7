/**
 * The admission check by comparison: would this list remove or add so much that a person should look first? Pure; the verdict is
 * stored with the list, so that `derive` sees accepted lists only.
 */
import { placeByCode } from '../../../schema/places.ts';
import type { HoldReason } from '../../../schema/tables/snapshots.ts';

/** What a participating list would change, by place. */
export interface PlaceCounts {
  /** Agreements listed before. */
  listed: number;
  missing: number;
  added: number;
  restored: number;
}

export const noCounts = (): PlaceCounts => ({ listed: 0, missing: 0, added: 0, restored: 0 });

const MISSING_AT_LEAST = 10;
const MISSING_SHARE = 0.02;
const EMPTIED_PLACE = 5;
const ADDED_AT_LEAST = 200;
const ADDED_SHARE = 0.25;

/** The reasons to hold the list; none for a list to accept. Never asked about the first list of its kind. */
export function guard(places: ReadonlyMap<string, PlaceCounts>): HoldReason[] {
  const sum = (count: (each: PlaceCounts) => number): number =>
    [...places.values()].reduce((total, each) => total + count(each), 0);
  const listed = sum((each) => each.listed);
  const missing = sum((each) => each.missing);
  const added = sum((each) => each.added);
  // Whole agreements: more than 32.08 of them is more than 32.
  const missingLimit = Math.max(MISSING_AT_LEAST, Math.floor(listed * MISSING_SHARE));
  const addedLimit = Math.max(ADDED_AT_LEAST, Math.floor(listed * ADDED_SHARE));
  const reasons: HoldReason[] = [];
  if (missing > missingLimit) {
    const message = `${missing} of ${listed} listed agreements are missing; more than ${missingLimit} needs a person.`;
    reasons.push({ rule: 'AGREEMENTS_MISSING', count: missing, limit: missingLimit, place: null, message });
  }
  for (const [code, each] of places) {
    const left = each.listed - each.missing + each.added + each.restored;
    if (each.listed > EMPTIED_PLACE && left === 0) {
      const message = `${placeByCode.get(code)?.name ?? code} had ${each.listed} agreements and now has none.`;
      reasons.push({ rule: 'PLACE_EMPTIED', count: each.listed, limit: EMPTIED_PLACE, place: code, message });
    }
  }
  if (added > addedLimit) {
    const message = `${added} agreements would be added to ${listed}; more than ${addedLimit} needs a person.`;
    reasons.push({ rule: 'AGREEMENTS_ADDED', count: added, limit: addedLimit, place: null, message });
  }
  return reasons;
}
