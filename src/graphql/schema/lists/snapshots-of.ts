/** Lists by their internal numbers, for fields that name the lists they rest on. One statement for all of them. */
import type { SnapshotRow } from '../../../queries/snapshots.ts';
import type { Context } from '../../execution/context.ts';

/** In the order of the numbers; null for null. */
export async function findSnapshots(
  context: Context,
  numbers: readonly (number | null)[],
): Promise<(SnapshotRow | null)[]> {
  const wanted = [...new Set(numbers.filter((number) => number !== null))];
  const found = wanted.length === 0 ? [] : await context.queries.snapshotsByNumber(wanted);
  const byNumber = new Map(wanted.map((number, index) => [number, found[index] ?? null]));
  return numbers.map((number) => (number === null ? null : (byNumber.get(number) ?? null)));
}

/** The same for numbers of lists that are there: lists are never deleted. */
export async function readSnapshots(context: Context, numbers: readonly number[]): Promise<SnapshotRow[]> {
  const found = await findSnapshots(context, numbers);
  return found.map((snapshot) => {
    if (snapshot === null) throw new Error('An answer rests on a list that is not stored.');
    return snapshot;
  });
}
