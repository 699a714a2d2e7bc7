/** What the ledger says of itself: its counters, and how fresh each kind of list is. */
import { sql } from 'drizzle-orm';
import { type FollowOutcome, type SnapshotKind, snapshotKinds } from '../../schema/enums.ts';
import { ledgerEvents } from '../../schema/tables/events.ts';
import { followed, follower } from '../../schema/tables/follow.ts';
import { ledger } from '../../schema/tables/ledger.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { InstantText } from './counts/instant.ts';
import type { Statements } from './keyset/statement.ts';

export interface LedgerRow {
  epoch: string;
  lastSequence: bigint;
  lastHash: string | null;
  revision: string;
  rulesVersion: number;
  sample: boolean;
}

/** How fresh one kind of list is. */
export interface ListStatus {
  kind: SnapshotKind;
  /** Number of the newest accepted list. */
  newestNumber: number | null;
  lastCheckedAt: InstantText | null;
  lastChangedAt: InstantText | null;
  lastOutcome: FollowOutcome | null;
  held: number;
  staleSince: InstantText | null;
  staleReason: string | null;
  /** Since when it could not be seen at the source, where that is too long. */
  unseenSince: InstantText | null;
}

export async function readLedger(statements: Statements): Promise<LedgerRow> {
  const query = sql`select ${ledger.epoch}, ${ledger.lastSequence}, ${ledger.revision}, ${ledger.rulesVersion}, ${ledger.sample},
      (select ${ledgerEvents.hash} from ${ledgerEvents} where ${ledgerEvents.sequence} = ${ledger.lastSequence})
    from ${ledger} where ${ledger.id} = ${sql.placeholder('id')}::int`;
  const read = (cells: readonly unknown[]): LedgerRow => ({
    epoch: String(cells[0]),
    lastSequence: BigInt(String(cells[1])),
    revision: String(cells[2]),
    rulesVersion: Number(cells[3]),
    sample: cells[4] === true,
    lastHash: cells[5] === null ? null : String(cells[5]),
  });
  const [row] = await statements.run('ledger', () => ({ query, read }), { id: 1 });
  if (row === undefined) throw new Error('The ledger has no row that numbers it: it was not migrated.');
  return row;
}

/** Days for which the other kind of list may go on alone before this one is called stale. */
const DAYS_UNTIL_STALE = 7;

interface KindFacts {
  newestNumber: number | null;
  newestAt: InstantText | null;
  lastCheckedAt: InstantText | null;
  lastChangedAt: InstantText | null;
  held: number;
  heldSince: InstantText | null;
}

/** One status for each kind. Only how long nothing was seen at the source asks a clock, the database's. */
export async function readListStatuses(statements: Statements): Promise<ListStatus[]> {
  const facts = await readFacts(statements);
  const newest = [...facts.values()].flatMap((fact) => (fact.newestAt === null ? [] : [Date.parse(fact.newestAt)]));
  const seen = await readSeen(statements);
  return snapshotKinds.map((kind) => {
    const fact = facts.get(kind) ?? unknown;
    const look = seen.get(kind) ?? null;
    const lastOutcome = look?.lastOutcome ?? null;
    const lastCheckedAt =
      [fact.lastCheckedAt, look?.seenAt ?? null]
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null;
    const unseenSince = look?.unseenSince ?? null;
    return { ...fact, kind, lastOutcome, lastCheckedAt, unseenSince, ...staleness(fact, Math.max(...newest), look) };
  });
}

const unknown: KindFacts = {
  newestNumber: null,
  newestAt: null,
  lastCheckedAt: null,
  lastChangedAt: null,
  held: 0,
  heldSince: null,
};

function staleness(
  fact: KindFacts,
  newestOfAll: number,
  look: SourceLook | null,
): Pick<ListStatus, 'staleSince' | 'staleReason'> {
  if (fact.heldSince !== null) {
    return { staleSince: fact.heldSince, staleReason: 'A newer list of this kind is held for an operator.' };
  }
  if (fact.newestAt !== null && newestOfAll - Date.parse(fact.newestAt) > DAYS_UNTIL_STALE * 86_400_000) {
    const staleReason = `Lists of the other kind were published since, for more than ${DAYS_UNTIL_STALE} days.`;
    return { staleSince: fact.newestAt, staleReason };
  }
  if (look?.unseenSince != null) {
    const why = look.lastOutcome === null ? '' : `; the last look: ${look.lastOutcome}`;
    return { staleSince: look.unseenSince, staleReason: `It could not be seen at the source since then${why}.` };
  }
  return { staleSince: null, staleReason: null };
}

/** How one kind of list stands at the source, where that is followed. */
interface SourceLook {
  lastOutcome: FollowOutcome | null;
  /** When the source was last seen to be as new as the ledger. */
  seenAt: InstantText | null;
  /** Since when it was not, where that is too long; else null. */
  unseenSince: InstantText | null;
}

async function readSeen(statements: Statements): Promise<Map<string, SourceLook>> {
  // Before a list was ever seen, it is the page that is not.
  const query = sql`select kinds.kind, latest.outcome, seen.good_at,
      case when coalesce(seen.good_at, seen.first_at) < now() - make_interval(hours => state.stale_hours)
        then coalesce(seen.good_at, seen.first_at) end
    from ${follower} state cross join unnest(${sql.placeholder('kinds')}::snapshot_kind[]) as kinds(kind)
    join lateral (select max(entry.good_at) filter (where entry.kind is not null) as good_at,
        min(entry.first_at) as first_at from ${followed} entry
      where entry.kind = kinds.kind or (kinds.kind = 'PARTICIPATING' and entry.kind is null)) seen on true
    left join lateral (select entry.outcome from ${followed} entry where entry.checked_at = state.started_at
        and (entry.kind = kinds.kind or (entry.kind is null and entry.outcome <> 'PAGE_READ'))
      order by entry.kind nulls last, (entry.good_at = entry.checked_at) desc nulls last, entry.address limit 1) latest
      on true`;
  const read = (cells: readonly unknown[]): [string, SourceLook] => [
    String(cells[0]),
    // The column holds nothing else.
    { lastOutcome: cells[1] as FollowOutcome | null, seenAt: textOf(cells[2]), unseenSince: textOf(cells[3]) },
  ];
  const rows = await statements.run('source', () => ({ query, read }), { kinds: `{${snapshotKinds.join()}}` });
  return new Map(rows);
}

const textOf = (cell: unknown): string | null => (typeof cell === 'string' ? cell : null);

async function readFacts(statements: Statements): Promise<Map<string, KindFacts>> {
  const s = snapshots;
  // A list changed something when its table differs from that of the accepted list before it.
  const query = sql`with accepted as (
      select ${s.kind} as kind, ${s.number} as number, ${s.publishedAt} as published_at, ${s.tableHash} is distinct from
        lag(${s.tableHash}) over (partition by ${s.kind} order by ${s.publishedAt}, ${s.number}) as changed
      from ${s} where ${s.status} = 'ACCEPTED'),
    newest as (select distinct on (kind) kind, number, published_at from accepted order by kind, published_at desc, number desc)
    select ${s.kind}, newest.number, newest.published_at, max(${s.ingestedAt}),
      (select max(a.published_at) from accepted a where a.kind = ${s.kind} and a.changed),
      count(*) filter (where ${s.status} = 'HELD')::int,
      min(${s.publishedAt}) filter (where ${s.status} = 'HELD' and (newest.published_at is null or ${s.publishedAt} > newest.published_at))
    from ${s} left join newest on newest.kind = ${s.kind}
    where ${s.kind} = any(${sql.placeholder('kinds')}::snapshot_kind[]) group by ${s.kind}, newest.number, newest.published_at`;
  const read = (cells: readonly unknown[]): [string, KindFacts] => [
    String(cells[0]),
    {
      newestNumber: typeof cells[1] === 'number' ? cells[1] : null,
      newestAt: textOf(cells[2]),
      lastCheckedAt: textOf(cells[3]),
      lastChangedAt: textOf(cells[4]),
      held: Number(cells[5]),
      heldSince: textOf(cells[6]),
    },
  ];
  const rows = await statements.run('list statuses', () => ({ query, read }), { kinds: `{${snapshotKinds.join()}}` });
  return new Map(rows);
}
