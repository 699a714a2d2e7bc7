/** What a list says of itself, counted: what admission asks of every list, the first one too. */
import type { SnapshotKind } from '../../../schema/enums.ts';
import { newYorkDay } from '../new-york.ts';
import { plausibleSignedOn } from '../row/plausible-signed-on.ts';
import type { CleanRow, List } from './list.ts';

export interface ListFacts {
  kind: SnapshotKind;
  /** ISO 8601 in UTC, as `modifiedAt`. */
  publishedAt: string;
  /** Null for a text table, which has no time of its own. */
  modifiedAt: string | null;
  rowCount: number;
  /** Rows whose state, agency or model cannot be read. */
  unreadableRows: number;
  /** Rows with a plausible SIGNED that is later than the day of publication. */
  signedAfter: number;
  /** `YYYY-MM-DD`: the newest plausible SIGNED up to that day; null where no row has one. */
  newestSignedOn: string | null;
  /** Rows with an issue, but for those that were read all the same. */
  issueRows: number;
}

/** Issues that a person may want to see, though everything was read. */
export const harmlessIssues = ['NEAR_SPELLING', 'UNLIKELY_DATE', 'REPEATED_AGREEMENT'] as const;

export function factsOf({ kind, publishedAt, modifiedAt, rows, issues }: List): ListFacts {
  const harmless: readonly string[] = harmlessIssues;
  const day = newYorkDay(publishedAt);
  const upTo = rows
    .flatMap(({ clean }) => plausibleSignedOn(clean.signedOn, publishedAt) ?? [])
    .filter((signedOn) => signedOn <= day);
  const withIssue = issues.flatMap(({ code, rowNumber }) => (harmless.includes(code) ? [] : (rowNumber ?? [])));
  return {
    ...{ kind, publishedAt, modifiedAt },
    rowCount: rows.length,
    unreadableRows: rows.filter(({ clean }) => !isReadable(clean)).length,
    signedAfter: countSignedAfter(rows, publishedAt),
    newestSignedOn: upTo.reduce<string | null>(
      (newest, each) => (newest === null || each > newest ? each : newest),
      null,
    ),
    issueRows: new Set(withIssue).size,
  };
}

const isReadable = ({ placeCode, agencyName, model }: CleanRow): boolean =>
  placeCode !== null && agencyName !== null && model !== null;

/** Rows with a plausible SIGNED later than the day of that instant. */
export function countSignedAfter(rows: Iterable<{ clean: Pick<CleanRow, 'signedOn'> }>, instant: string): number {
  const day = newYorkDay(instant);
  let count = 0;
  for (const { clean } of rows) {
    const signedOn = plausibleSignedOn(clean.signedOn, instant);
    if (signedOn !== null && signedOn > day) count += 1;
  }
  return count;
}
