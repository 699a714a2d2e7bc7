/** The two lists that are compared: those of days, those that are named, or a list and the one before it. */
import { sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { toIsoInstant } from '../counts/instant.ts';
import { type ListsOn, listsOn, listsUpTo, type PublishedList } from '../counts/lists-on.ts';
import { arrayLiteral, type Statements } from '../keyset/statement.ts';
import { badInput } from '../refusal.ts';
import { type SnapshotRow, snapshotsById } from '../snapshots.ts';

/** A list of one end: its number, and when it was published as ISO 8601 in UTC. */
export type End = Pick<PublishedList, 'number' | 'publishedAt'>;

export interface Ends {
  kind: SnapshotKind;
  from: End;
  to: End;
}

/** A day in New York, or the id of a list; exactly one of the two. */
export interface GivenEnd {
  day: string | null;
  snapshotId: string | null;
}

export interface GivenEnds {
  from: GivenEnd;
  to: GivenEnd;
}

const names = ['from', 'to'] as const;

/** Null before the first accepted list. Throws BAD_USER_INPUT that names the end which cannot be compared, and why. */
export async function endsOf(statements: Statements, given: GivenEnds): Promise<Ends | null> {
  for (const name of names) {
    const { day, snapshotId } = given[name];
    if ((day === null) === (snapshotId === null)) throw badInput(`Give either ${name} or ${name}Snapshot.`);
  }
  const { from, to } = given;
  if (from.day !== null && to.day !== null && from.day > to.day) {
    throw badInput(`from must not be after to: ${from.day} is after ${to.day}.`);
  }
  const lists = await namedLists(statements, given);
  const kind = lists.from?.kind ?? lists.to?.kind ?? 'PARTICIPATING';
  const onDays = await listsOn(statements, [from.day ?? to.day, to.day ?? from.day]);
  const found = names.map((name, index): End | null => {
    const list = lists[name];
    if (list === null) return onDays[index]?.[kind] ?? null;
    return { number: list.number, publishedAt: toIsoInstant(list.publishedAt) };
  });
  const [first, last] = found;
  for (const [index, name] of names.entries()) {
    if (found[index] == null) return refuseDay(statements, name, given[name].day ?? '', kind);
  }
  if (first == null || last == null) return null;
  if (first.publishedAt > last.publishedAt) {
    throw badInput(
      `from must not be after to: its list was published ${first.publishedAt}, that of to ${last.publishedAt}.`,
    );
  }
  return { kind, from: first, to: last };
}

/** Null where no list is accepted at all; else throws. */
async function refuseDay(statements: Statements, name: string, day: string, kind: SnapshotKind): Promise<null> {
  const query = sql`select min((${snapshots.publishedAt} at time zone 'America/New_York')::date)::text from ${snapshots}
    where ${snapshots.kind} = ${sql.placeholder('kind')}::snapshot_kind and ${snapshots.status} = 'ACCEPTED'`;
  const read = (cells: readonly unknown[]): string | null => (cells[0] === null ? null : String(cells[0]));
  const [first] = await statements.run('first list', () => ({ query, read }), { kind });
  if (first == null) return null;
  throw badInput(`${name}: no list is known on or before ${day}; the first one is of ${first}.`);
}

type NamedList = SnapshotRow & { kind: SnapshotKind };

/** The lists that are named by their ids, accepted ones of one kind. */
async function namedLists(
  statements: Statements,
  given: GivenEnds,
): Promise<Record<keyof GivenEnds, NamedList | null>> {
  const ids = [...new Set(names.flatMap((name) => given[name].snapshotId ?? []))];
  const found = ids.length === 0 ? [] : await snapshotsById(statements, ids);
  const named = (name: keyof GivenEnds): NamedList | null => {
    const { snapshotId } = given[name];
    if (snapshotId === null) return null;
    const list = found[ids.indexOf(snapshotId)] ?? null;
    if (list === null) throw badInput(`${name}Snapshot: there is no list with this id.`);
    const { kind, status, fileName } = list;
    if (status !== 'ACCEPTED' || kind === null) {
      throw badInput(`${name}Snapshot: ${fileName} is ${status.toLowerCase()}, and only an accepted list counts.`);
    }
    return { ...list, kind };
  };
  const lists = { from: named('from'), to: named('to') };
  if (lists.from && lists.to && lists.from.kind !== lists.to.kind) {
    throw badInput(`${lists.from.fileName} and ${lists.to.fileName} are lists of two kinds, which cannot be compared.`);
  }
  await refuseFollowed(statements, lists);
  return lists;
}

/** Between two lists of one instant the ledger cannot tell what stood: it knows what the last of them left. */
async function refuseFollowed(statements: Statements, lists: Record<keyof GivenEnds, NamedList | null>): Promise<void> {
  const given = names.flatMap((name) => (lists[name] === null ? [] : [{ name, list: lists[name] }]));
  if (given.length === 0) return;
  const last: ListsOn[] = await listsUpTo(
    statements,
    given.map(({ list }) => list.publishedAt),
  );
  for (const [index, { name, list }] of given.entries()) {
    if (last[index]?.[list.kind]?.number === list.number) continue;
    throw badInput(`${name}Snapshot: another list followed ${list.fileName} at the same instant; give that one.`);
  }
}

/**
 * Each of these lists with the one before it of its kind. Left out: lists that are not accepted, the first of a kind,
 * and one that another follows at the same instant, whose changes are those of both.
 */
export function endsOfChanges(statements: Statements, numbers: readonly number[]): Promise<Ends[]> {
  const s = snapshots;
  const inOrder = (time: string) => sql`where other.kind = ${s.kind} and other.status = 'ACCEPTED'
    and other.published_at ${sql.raw(time)} ${s.publishedAt}
    order by other.published_at desc, other.modified_at desc nulls last, other.sha256 collate "C" desc limit 1`;
  const query = sql`select ${s.number}, ${s.publishedAt}, ${s.kind}, before.number, before.published_at
    from ${s} cross join lateral (select other.number, other.published_at from ${s} other ${inOrder('<')}) before
    where ${s.number} = any(${sql.placeholder('numbers')}::int[]) and ${s.status} = 'ACCEPTED'
      and ${s.number} = (select other.number from ${s} other ${inOrder('=')})`;
  const read = (cells: readonly unknown[]): Ends => ({
    to: { number: Number(cells[0]), publishedAt: toIsoInstant(String(cells[1])) },
    // The column's own enum.
    kind: cells[2] as SnapshotKind,
    from: { number: Number(cells[3]), publishedAt: toIsoInstant(String(cells[4])) },
  });
  return statements.run('lists before', () => ({ query, read }), { numbers: arrayLiteral(numbers.map(String)) });
}
