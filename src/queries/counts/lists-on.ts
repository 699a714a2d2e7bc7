/** Which lists an answer for a day rests on: of each kind the last accepted one published on or before it. */
import { type SQL, sql } from 'drizzle-orm';
import type { SnapshotKind } from '../../../schema/enums.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { startOfDay } from '../keyset/condition.ts';
import { arrayLiteral, type Statements } from '../keyset/statement.ts';
import { type InstantText, toIsoInstant } from './instant.ts';

export interface PublishedList {
  number: number;
  /** ISO 8601 in UTC. */
  publishedAt: InstantText;
  /** In New York. */
  publishedOn: string;
}

export type ListsOn = Record<SnapshotKind, PublishedList | null>;

/** For each day, in order; null means whatever was accepted. */
export function listsOn(statements: Statements, days: readonly (string | null)[]): Promise<ListsOn[]> {
  const before = startOfDay(sql`wanted.at::date + 1`);
  return listsFor(
    statements,
    'days',
    days.map((day) => day ?? 'infinity'),
    before,
  );
}

/** The lists published up to each of these instants, in their order. */
export function listsUpTo(statements: Statements, instants: readonly string[]): Promise<ListsOn[]> {
  return listsFor(statements, 'instants', instants, sql`wanted.at::timestamptz + interval '1 millisecond'`);
}

async function listsFor(
  statements: Statements,
  what: string,
  given: readonly string[],
  before: SQL,
): Promise<ListsOn[]> {
  const wanted = [...new Set(given)];
  const query = sql`select ${listColumns}
    from unnest(${sql.placeholder('wanted')}::text[]) with ordinality as wanted(at, place)
    left join lateral ${lastList('PARTICIPATING', before)} participating on true
    left join lateral ${lastList('PENDING', before)} pending on true
    order by wanted.place`;
  const build = () => ({ query, read: (cells: readonly unknown[]) => readLists(cells, 0) });
  const found = await statements.run(`lists on ${what}`, build, { wanted: arrayLiteral(wanted) });
  const byWanted = new Map(wanted.map((each, index) => [each, found[index] ?? noLists]));
  return given.map((each) => byWanted.get(each) ?? noLists);
}

export const noLists: ListsOn = { PARTICIPATING: null, PENDING: null };

/** The last list of a kind before an instant. The order of publication: ties by the workbook's time, then by the hash. */
export function lastList(kind: SnapshotKind, before: SQL): SQL {
  const s = snapshots;
  return sql`(select ${s.number} as number, ${s.publishedAt} as published_at,
      (${s.publishedAt} at time zone 'America/New_York')::date::text as published_on
    from ${s} where ${s.kind} = ${sql.raw(`'${kind}'`)} and ${s.status} = 'ACCEPTED' and ${s.publishedAt} < ${before}
    order by ${s.publishedAt} desc, ${s.modifiedAt} desc nulls last, ${s.sha256} collate "C" desc limit 1)`;
}

/** Of the lists joined as `participating` and `pending`. */
export const listColumns = sql`participating.number, participating.published_at, participating.published_on,
  pending.number, pending.published_at, pending.published_on`;

/** Reads {@link listColumns} from this cell on. */
export function readLists(cells: readonly unknown[], start: number): ListsOn {
  const read = (at: number): PublishedList | null =>
    cells[at] === null
      ? null
      : {
          number: Number(cells[at]),
          publishedAt: toIsoInstant(String(cells[at + 1])),
          publishedOn: String(cells[at + 2]),
        };
  return { PARTICIPATING: read(start), PENDING: read(start + 3) };
}

/** The last moment at which one of these lists changed anything; null when there is none. */
export function momentOf({ PARTICIPATING, PENDING }: ListsOn): string | null {
  const instants = [PARTICIPATING, PENDING].flatMap((list) => (list === null ? [] : [list.publishedAt]));
  return instants.sort().at(-1) ?? null;
}
