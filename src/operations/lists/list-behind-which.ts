/**
 * The list that stands in the way of a genuine one: it is dated later than it was published, so that what comes until
 * then is late, and history where it is much later. Its contents speak against its day, which held it not.
 */
import { type SQL, sql } from 'drizzle-orm';
import { rowIssues, snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { isoInstant, selectRecords } from '../../database/records.ts';
import type { Applied } from '../../ledger/apply/apply.ts';
import { itselfLimits } from '../../ledger/derive/guard/guard-itself.ts';

export interface ContradictedList {
  id: string;
  fileName: string;
  publishedAt: string;
  /** The workbook's own time of change, where it is earlier; else null. */
  modifiedAt: string | null;
  /** What speaks against its time, in a sentence. */
  reason: string;
}

/** Null where nothing makes this list late, or an accepted list does of whose time nothing speaks against. */
export async function listBehindWhich(
  db: Database,
  { status, kind, publishedAt }: Pick<Applied, 'status' | 'kind' | 'publishedAt'>,
): Promise<ContradictedList | null> {
  if ((status !== 'ACCEPTED' && status !== 'HELD') || kind === null) return null;
  const newer = await selectRecords<Omit<ContradictedList, 'reason'> & { reason: string | null }>(
    db,
    sql`select list.id, list.file_name as "fileName", list.published_at as "publishedAt",
        case when list.modified_at < list.published_at then list.modified_at end as "modifiedAt",
        ${reasonAgainst('list')} as reason
      from ${snapshots} list
      where list.status = 'ACCEPTED' and list.kind = ${kind} and list.published_at > ${publishedAt}::timestamptz
      order by list.published_at desc limit ${MOST_IN_THE_WAY}::int`,
  );
  const [newest] = newer;
  if (newest === undefined || newest.reason === null || newer.some(({ reason }) => reason === null)) return null;
  const { reason } = newest;
  return inIso({ ...newest, reason });
}

/** The newest list of a kind, dated so that genuine ones are late, or will be. */
export interface AheadList extends Omit<ContradictedList, 'reason'> {
  /** Null: nothing in the file speaks against its time. */
  reason: string | null;
  /** Whole days from now to its publication; below 0 where that is past. */
  daysAhead: number;
  /** Lists that came after it, and were published after its workbook was saved and before it is dated. */
  late: number;
}

/** The newest accepted lists that are of a day to come, or that made a list late which their own workbook does not. */
export async function listsAhead(db: Database): Promise<AheadList[]> {
  const lists = await selectRecords<AheadList>(
    db,
    sql`select * from (
        select newest.id, newest.file_name as "fileName", newest.published_at as "publishedAt",
          case when newest.modified_at < newest.published_at then newest.modified_at end as "modifiedAt",
          ${reasonAgainst('newest')} as reason,
          floor(extract(epoch from newest.published_at - now()) / 86400)::int as "daysAhead",
          (select count(*)::int from ${snapshots} list
            where list.kind = newest.kind and list.status in ('ACCEPTED', 'HELD') and list.number > newest.number
              and list.published_at > newest.modified_at and list.published_at < newest.published_at) as late
        from (select distinct on (kind) * from ${snapshots} where status = 'ACCEPTED' and kind is not null
          order by kind, published_at desc, number desc) newest) ahead
      where ahead."publishedAt" > now() + make_interval(days => ${itselfLimits.daysAhead.holdAbove}::int)
        or (ahead.late > 0 and ahead.reason is not null)
      order by ahead.id`,
  );
  return lists.map(inIso);
}

const inIso = <List extends Pick<ContradictedList, 'publishedAt' | 'modifiedAt'>>(list: List): List => ({
  ...list,
  publishedAt: isoInstant(list.publishedAt),
  modifiedAt: list.modifiedAt === null ? null : isoInstant(list.modifiedAt),
});

/** What speaks against the time of a list, by its name in the statement. */
const reasonAgainst = (name: string): SQL =>
  sql`(select min(issue.reason) from ${rowIssues} issue
    where issue.snapshot_number = ${sql.identifier(name)}.number and issue.code = 'CONTRADICTED_TIME')`;

/** With so many lists after it, this one is late whatever one of them says. */
const MOST_IN_THE_WAY = 20;
