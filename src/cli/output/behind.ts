/** Lists that are late only because of one that is dated too late: which that is, and how its time is put right. */
import { newYorkDay } from '../../intake/new-york.ts';
import type { ContradictedList } from '../../operations/lists/list-behind-which.ts';
import type { IngestedFile } from '../../operations/operations.ts';

/** A note for each list that stands in the way. */
export function describeBehind(files: readonly IngestedFile[]): string[] {
  const late = new Map<string, { behind: ContradictedList; names: string[] }>();
  for (const { fileName, behind } of files) {
    if (!behind) continue;
    const known = late.get(behind.id) ?? { behind, names: [] };
    known.names.push(fileName);
    late.set(behind.id, known);
  }
  return [...late.values()].map(({ behind, names }) => describe(behind, names));
}

function describe(
  { id, fileName, publishedAt, modifiedAt, reason }: ContradictedList,
  names: readonly string[],
): string {
  const which = names.length === 1 ? `${names[0]} is late` : `${names[0]} and ${names.length - 1} more are late`;
  const time = modifiedAt === null ? 'TIME' : newYorkDay(modifiedAt);
  return `${which}, so that watchers are told only what changes today: ${fileName} stands as published ${publishedAt}.
But of that list: ${reason} If its time is wrong, say so:
  accord287 redate ${id} ${time} --reason TEXT   gives it the time at which it was published
  accord287 withdraw ${id} --reason TEXT   derives everything as if it had never counted`;
}
