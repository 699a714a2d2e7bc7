/**
 * The check by comparison: would this list change so much, or so much of one kind, that a person should look
 * first? Each limit stands beside the largest change that a list which ICE published made in one transition. Pure; the
 * verdict is stored with the list, so that `derive` sees accepted lists only.
 */
import { placeByCode } from '../../../../schema/places.ts';
import type { HoldReason } from '../../../../schema/tables/snapshots.ts';
import type { PlaceCounts } from './count-changes.ts';

interface Limit {
  genuine: number;
  holdAbove: number;
  /** Of the agreements listed before, or of the rows; the larger of the two limits holds. */
  share?: number;
}

/** Counts of one transition. `founded` is for each week begun since the list before. */
export const comparisonLimits = {
  missing: { genuine: 6, holdAbove: 10, share: 0.02 },
  added: { genuine: 88, holdAbove: 200, share: 0.25 },
  restored: { genuine: 1, holdAbove: 10, share: 0.02 },
  signed: { genuine: 12, holdAbove: 60 },
  memoranda: { genuine: 3, holdAbove: 16 },
  respelt: { genuine: 8, holdAbove: 16 },
  moved: { genuine: 1, holdAbove: 3 },
  founded: { genuine: 63, holdAbove: 126 },
  issueRows: { genuine: 6, holdAbove: 15, share: 0.01 },
} as const satisfies Record<string, Limit>;

/** Rows of a pending list that stand on the participating list of its day: a share of them, and how many at least. */
export const pendingLimits = { genuineShare: 0.31, holdAboveShare: 0.5, rows: 10 } as const;

const EMPTIED_PLACE = 5;

/** What a list is compared with, besides what it changes. */
export interface Comparison {
  /** Weeks begun since the list before it; 1 at least. */
  weeks: number;
  rowCount: number;
  /** Rows with an issue that the list before does not print. */
  issueRows: number;
}

type Counted = Exclude<keyof typeof comparisonLimits, 'issueRows'>;

const rules: Record<Counted, { rule: HoldReason['rule']; what: string }> = {
  missing: { rule: 'AGREEMENTS_MISSING', what: 'listed agreements are missing' },
  added: { rule: 'AGREEMENTS_ADDED', what: 'agreements would be added' },
  restored: { rule: 'AGREEMENTS_RESTORED', what: 'agreements that had left would be listed again' },
  signed: { rule: 'SIGNED_CHANGED', what: 'agreements would have another SIGNED' },
  memoranda: { rule: 'MEMORANDA_REPLACED', what: 'memoranda would be replaced' },
  respelt: { rule: 'NAMES_RESPELT', what: 'agencies would be printed under another name' },
  moved: { rule: 'AGREEMENTS_MOVED', what: 'agreements would stand in another state' },
  founded: { rule: 'AGENCIES_NEW', what: 'agencies would be new' },
};

/** The reasons to hold the list; none for a list to accept. Never asked about the first list of its kind. */
export function guard(
  places: ReadonlyMap<string, PlaceCounts>,
  { weeks, rowCount, issueRows }: Comparison,
): HoldReason[] {
  const sum = (count: (each: PlaceCounts) => number): number =>
    [...places.values()].reduce((total, each) => total + count(each), 0);
  const listed = sum((each) => each.listed);
  const counts: Record<Counted, number> = {
    ...{ missing: sum((each) => each.missing), added: sum((each) => each.added) },
    ...{ restored: sum((each) => each.restored), signed: sum((each) => each.signed) },
    ...{ memoranda: sum((each) => each.memoranda), respelt: sum((each) => each.respelt) },
    ...{ moved: sum((each) => each.moved) + countMoved(places), founded: sum((each) => each.founded) },
  };
  const reasons: HoldReason[] = [];
  // The keys of the record are exactly what is counted.
  for (const counted of Object.keys(rules) as Counted[]) {
    const count = counts[counted];
    const limit = limitOf(comparisonLimits[counted], listed) * (counted === 'founded' ? weeks : 1);
    if (count <= limit) continue;
    const { rule, what } = rules[counted];
    const message = `${count} ${what}, of ${listed} listed; more than ${limit} needs a person.`;
    reasons.push({ rule, count, limit, place: null, message });
  }
  return [...reasons, ...guardIssueRows(issueRows, rowCount), ...emptiedPlaces(places)];
}

/** That part of {@link guard} which needs no derivation. */
export function guardIssueRows(issueRows: number, rowCount: number): HoldReason[] {
  const limit = limitOf(comparisonLimits.issueRows, rowCount);
  if (issueRows <= limit) return [];
  const message = `${issueRows} rows that the list before does not print have an issue; more than ${limit} needs a person.`;
  return [{ rule: 'ROWS_WITH_ISSUES', count: issueRows, limit, place: null, message }];
}

/** Whole agreements: more than 32.08 of them is more than 32. */
const limitOf = ({ holdAbove, share = 0 }: Limit, of: number): number => Math.max(holdAbove, Math.floor(of * share));

/** The same name, model and SIGNED missing in one place and added in another, and not found to be one agreement. */
function countMoved(places: ReadonlyMap<string, PlaceCounts>): number {
  const gone = new Map<string, string>();
  for (const [code, each] of places) for (const key of each.gone) gone.set(key, code);
  return [...places].reduce(
    (total, [code, { come }]) => total + come.filter((key) => (gone.get(key) ?? code) !== code).length,
    0,
  );
}

function emptiedPlaces(places: ReadonlyMap<string, PlaceCounts>): HoldReason[] {
  return [...places].flatMap(([code, each]) => {
    const left = each.listed - each.missing + each.added + each.restored;
    if (each.listed <= EMPTIED_PLACE || left > 0) return [];
    const message = `${placeByCode.get(code)?.name ?? code} had ${each.listed} agreements and now has none.`;
    return [{ rule: 'PLACE_EMPTIED', count: each.listed, limit: EMPTIED_PLACE, place: code, message } as const];
  });
}

/** A participating list under the header of the pending one. `standing` rows of `rows` are signed on its day. */
export function guardPending(rows: number, standing: number): HoldReason[] {
  const { holdAboveShare, rows: least } = pendingLimits;
  const limit = Math.max(least, Math.floor(rows * holdAboveShare));
  if (standing <= limit) return [];
  const message = `${standing} of ${rows} pending agreements stand on the participating list of that day; more than ${limit} needs a person.`;
  return [{ rule: 'PENDING_REPEATS', count: standing, limit, place: null, message }];
}
