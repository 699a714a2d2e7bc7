/** What differs between two lists of one kind, netted: by their rows, whatever happened in between. */
import { sql } from 'drizzle-orm';
import type { AgreementStatus, SnapshotKind } from '../../../schema/enums.ts';
import { type Difference, type Plan, planOf, type Standing } from '../../analysis/plan.ts';
import type { StatisticsFilter } from '../counts/statistics-filter.ts';
import type { Order } from '../keyset/keyset.ts';
import type { Statements } from '../keyset/statement.ts';
import type { SnapshotRow } from '../snapshots.ts';
import { type Differing, type DifferingRow, readDiffering, type Side } from './differing-rows.ts';
import { type Ends, endsOf, endsOfChanges, type GivenEnds } from './ends.ts';

export interface DiffRow {
  fromNumber: number;
  toNumber: number;
  plan: Plan;
}

/** Null before the first accepted list. Throws BAD_USER_INPUT for two ends that cannot be compared. */
export async function diff(
  statements: Statements,
  given: GivenEnds,
  filter: StatisticsFilter,
): Promise<DiffRow | null> {
  const ends = await endsOf(statements, given);
  if (ends === null) return null;
  const [found] = await compareEnds(statements, [ends], filter);
  return found ?? null;
}

/** What each list changed against the one before it of its kind; null where `endsOfChanges` knows of no such list. */
export async function changesOf(
  statements: Statements,
  snapshots: readonly Pick<SnapshotRow, 'number'>[],
  filter: StatisticsFilter,
): Promise<(DiffRow | null)[]> {
  const numbers = [...new Set(snapshots.map(({ number }) => number))];
  const ends = await endsOfChanges(statements, numbers);
  const found = ends.length === 0 ? [] : await compareEnds(statements, ends, filter);
  const byNumber = new Map(found.map((each) => [each.toNumber, each]));
  return snapshots.map(({ number }) => byNumber.get(number) ?? null);
}

/** Pairs of one kind are read together. */
async function compareEnds(
  statements: Statements,
  pairs: readonly Ends[],
  filter: StatisticsFilter,
): Promise<DiffRow[]> {
  const kinds = [...new Set(pairs.map(({ kind }) => kind))];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const own = pairs.filter((each) => each.kind === kind);
      const { rows, renamed } = await readInParts(statements, own, kind, filter);
      return own.map(({ from, to }, index): DiffRow => {
        const differing = rows.filter(({ pair }) => pair === index);
        const { agreements } = planOf(differencesOf(differing, kind, from.publishedAt));
        const names = renamed.flatMap((each) => (each.pair === index ? [each.renamed] : []));
        const plan = { agreements: sorted(agreements, agreementKeys), renamed: sorted(names, renamedKeys) };
        return { fromNumber: from.number, toNumber: to.number, plan };
      });
    }),
  );
  return found.flat();
}

/** Pairs of one statement: more would take too long for one on a small machine. */
const MOST_PAIRS = 5;

async function readInParts(
  statements: Statements,
  pairs: readonly Ends[],
  kind: SnapshotKind,
  filter: StatisticsFilter,
): Promise<Differing> {
  const found: Differing = { rows: [], renamed: [] };
  for (let start = 0; start < pairs.length; start += MOST_PAIRS) {
    const { rows, renamed } = await readDiffering(statements, pairs.slice(start, start + MOST_PAIRS), kind, filter);
    found.rows.push(...rows.map((each) => ({ ...each, pair: start + each.pair })));
    found.renamed.push(...renamed.map((each) => ({ ...each, pair: start + each.pair })));
  }
  return found;
}

const key = (field: string) => ({ field, column: sql.raw(field), type: 'text' }) as const;
const agreementKeys = ['state', 'agency', 'model', 'agreementId'] as const;
const renamedKeys = ['state', 'after', 'agencyId'] as const;

/** The order of a part of a diff; cursors of another part are refused. */
export const orderOfAgreements = (part: string): Order => ({
  ...{ tag: `diff ${part}`, keys: agreementKeys.map(key), descending: false },
});
export const orderOfRenamed: Order = { tag: 'diff renamed', keys: renamedKeys.map(key), descending: false };

/** By the texts of these fields, compared by code unit as the cursors are. */
function sorted<Row, Field extends keyof Row>(rows: readonly Row[], fields: readonly Field[]): Row[] {
  return rows.toSorted((left, right) => {
    for (const field of fields) if (left[field] !== right[field]) return left[field] < right[field] ? -1 : 1;
    return 0;
  });
}

/** Of an agreement that is on a list of the kind, and of one that was. */
const statuses: Record<SnapshotKind, readonly [listed: AgreementStatus, absent: AgreementStatus]> = {
  PARTICIPATING: ['ACTIVE', 'UNLISTED'],
  PENDING: ['PENDING', 'WITHDRAWN'],
};

function differencesOf(rows: readonly DifferingRow[], kind: SnapshotKind, fromAt: string): Difference[] {
  const superseded = new Set(rows.flatMap(({ supersedes }) => supersedes ?? []));
  const [listed, absent] = statuses[kind];
  const found: Difference[] = [];
  for (const row of rows) {
    const { before, after, firstListedAt } = row;
    if (before && after && before.id === after.id) {
      found.push({ id: before.id, before: standing(row, listed, before), after: standing(row, listed, after) });
      continue;
    }
    if (before) {
      const status = superseded.has(before.id) ? 'SUPERSEDED' : absent;
      found.push({ id: before.id, before: standing(row, listed, before), after: standing(row, status, before) });
    }
    if (after) {
      const isBack = firstListedAt !== null && firstListedAt <= fromAt;
      const was = isBack ? standing(row, absent, nothing) : null;
      found.push({ id: after.id, before: was, after: standing(row, listed, after) });
    }
  }
  return found;
}

/** A list prints nothing of what is not on it. */
const nothing = { signedOn: null, memorandum: null };

/** Of thousands of rows: spreading parts into an object would take most of the time of a diff. */
const standing = (
  { agencyId, agency, state, model }: DifferingRow,
  status: AgreementStatus,
  { signedOn, memorandum }: Omit<Side, 'id'>,
): Standing => ({
  status,
  signedOn,
  memorandum,
  agencyId,
  agency,
  state,
  model,
  // Not known of a list, or the same at both ends: no difference.
  endedOn: null,
  firstListedAt: null,
});
