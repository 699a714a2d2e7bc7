/** What following remembers in the database: addresses, rounds, and which list some bytes are. */
import { and, desc, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm';
import type { FollowOutcome, SnapshotKind } from '../../../schema/enums.ts';
import { followed, follower } from '../../../schema/tables/follow.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { selectRecords } from '../../database/records.ts';
import { goodOutcomes } from './outcomes.ts';

export type Followed = typeof followed.$inferSelect;
export type Follower = typeof follower.$inferSelect;

export async function readFollowed(db: Database, addresses: readonly string[]): Promise<Map<string, Followed>> {
  if (addresses.length === 0) return new Map();
  const rows = await db
    .select()
    .from(followed)
    .where(inArray(followed.address, [...addresses]));
  return new Map(rows.map((row) => [row.address, row]));
}

/** After so long without an answer a link that left the page is given up. */
const DAYS_UNANSWERED = 30;

/**
 * Lists that were linked to since the page is followed, and whose last look found no list: the newest, as far as it is
 * their turn. They are asked ever more rarely, at first at once and after a day every two hours or so.
 */
export function readUnanswered(db: Database, page: string, at: Date, most: number): Promise<Followed[]> {
  const since = sql`coalesce(${followed.goodAt}, ${followed.firstAt})`;
  const now = sql`${at.toISOString()}::timestamptz`;
  return db
    .select()
    .from(followed)
    .where(
      and(
        isNotNull(followed.kind),
        notInArray(followed.outcome, [...goodOutcomes]),
        sql`${followed.firstAt} >= (select page.first_at from ${followed} page where page.address = ${page})`,
        sql`${since} > ${now} - make_interval(days => ${DAYS_UNANSWERED})`,
        sql`${followed.checkedAt} + (${followed.checkedAt} - ${since}) / 10 <= ${now}`,
      ),
    )
    .orderBy(desc(followed.firstAt), followed.address)
    .limit(most);
}

/** The page, and links on it that nothing is known of. */
export async function rememberLinks(
  db: Database,
  page: string,
  links: readonly Pick<Followed, 'address' | 'kind'>[],
  at: Date,
): Promise<void> {
  if (links.length === 0) return;
  const rows = [{ address: page, kind: null }, ...links].map(({ address, kind }) => ({
    ...{ address, kind, outcome: 'LINK_FOUND' as const, firstAt: at, checkedAt: at },
  }));
  await db.insert(followed).values(rows).onConflictDoNothing();
}

export async function storeFollowed(db: Database, rows: readonly Followed[]): Promise<void> {
  for (const row of rows) {
    const { address: _address, ...facts } = row;
    await db.insert(followed).values(row).onConflictDoUpdate({ target: followed.address, set: facts });
  }
}

export async function readFollower(db: Database): Promise<Follower | null> {
  const [row] = await db.select().from(follower).where(eq(follower.id, 1));
  return row ?? null;
}

export async function storeFollower(db: Database, facts: Omit<typeof follower.$inferInsert, 'id'>): Promise<void> {
  await db
    .insert(follower)
    .values({ id: 1, ...facts })
    .onConflictDoUpdate({ target: follower.id, set: facts });
}

export interface KnownContent {
  kind: SnapshotKind | null;
  content: Extract<FollowOutcome, 'ACCEPTED' | 'HELD' | 'REJECTED' | 'OLD_COPY' | 'KEPT_OUT'>;
}

/** What the ledger makes of these bytes: the newest list with them, beside the newest accepted one of its kind. */
export async function knownContent(db: Database, sha256: string): Promise<KnownContent | null> {
  const [found] = await selectRecords<{ kind: SnapshotKind | null; status: string; isOld: boolean }>(
    db,
    sql`select list.kind, list.status, coalesce(list.published_at < (select max(newest.published_at) from ${snapshots} newest
        where newest.kind = list.kind and newest.status = 'ACCEPTED'), false) as "isOld"
      from ${snapshots} list where list.sha256 = ${sha256} order by list.published_at desc, list.number desc limit 1`,
  );
  if (found === undefined) return null;
  const { kind, status, isOld } = found;
  if (status === 'HELD' || (status === 'REJECTED' && kind === null)) return { kind, content: status };
  // A list that an operator rejected has a kind: it was read, and a person knows of it.
  if (status === 'REJECTED' || status === 'WITHDRAWN') return { kind, content: 'KEPT_OUT' };
  return { kind, content: isOld ? 'OLD_COPY' : 'ACCEPTED' };
}
