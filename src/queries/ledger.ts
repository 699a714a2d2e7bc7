/** What the ledger says of itself: its counters, and how fresh each kind of list is. */
import { sql } from 'drizzle-orm';
import { type SnapshotKind, snapshotKinds } from '../../schema/enums.ts';
import { ledger } from '../../schema/tables/ledger.ts';
import { snapshots } from '../../schema/tables/snapshots.ts';
import type { InstantText } from './counts/instant.ts';
import type { Statements } from './keyset/statement.ts';

export interface LedgerRow {
  epoch: string;
  lastSequence: bigint;
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
  held: number;
  staleSince: InstantText | null;
  staleReason: string | null;
}

export async function readLedger(statements: Statements): Promise<LedgerRow> {
  const query = sql`select ${ledger.epoch}, ${ledger.lastSequence}, ${ledger.revision}, ${ledger.rulesVersion}, ${ledger.sample}
    from ${ledger} where ${ledger.id} = ${sql.placeholder('id')}::int`;
  const read = (cells: readonly unknown[]): LedgerRow => ({
    epoch: String(cells[0]),
    lastSequence: BigInt(String(cells[1])),
    revision: String(cells[2]),
    rulesVersion: Number(cells[3]),
    sample: cells[4] === true,
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

/** One status for each kind, from what is stored: no clock is asked, so every instance gives one answer. */
export async function readListStatuses(statements: Statements): Promise<ListStatus[]> {
  const facts = await readFacts(statements);
  const newest = [...facts.values()].flatMap((fact) => (fact.newestAt === null ? [] : [Date.parse(fact.newestAt)]));
  return snapshotKinds.map((kind) => {
    const fact = facts.get(kind);
    if (fact === undefined) return { ...unknown, kind };
    return { ...fact, kind, ...staleness(fact, Math.max(...newest)) };
  });
}

const unknown = {
  newestNumber: null,
  lastCheckedAt: null,
  lastChangedAt: null,
  held: 0,
  staleSince: null,
  staleReason: null,
};

function staleness(fact: KindFacts, newestOfAll: number): Pick<ListStatus, 'staleSince' | 'staleReason'> {
  if (fact.heldSince !== null) {
    return { staleSince: fact.heldSince, staleReason: 'A newer list of this kind is held for an operator.' };
  }
  if (fact.newestAt !== null && newestOfAll - Date.parse(fact.newestAt) > DAYS_UNTIL_STALE * 86_400_000) {
    const staleReason = `Lists of the other kind were published since, for more than ${DAYS_UNTIL_STALE} days.`;
    return { staleSince: fact.newestAt, staleReason };
  }
  return { staleSince: null, staleReason: null };
}

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
  const text = (cell: unknown): string | null => (typeof cell === 'string' ? cell : null);
  const read = (cells: readonly unknown[]): [string, KindFacts] => [
    String(cells[0]),
    {
      newestNumber: typeof cells[1] === 'number' ? cells[1] : null,
      newestAt: text(cells[2]),
      lastCheckedAt: text(cells[3]),
      lastChangedAt: text(cells[4]),
      held: Number(cells[5]),
      heldSince: text(cells[6]),
    },
  ];
  const rows = await statements.run('list statuses', () => ({ query, read }), { kinds: `{${snapshotKinds.join()}}` });
  return new Map(rows);
}
