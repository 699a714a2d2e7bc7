/** A list whose verdict or time changes after its arrival: what it is by the decisions in force, and what that changes. */
import { and, desc, eq, isNull, ne, or } from 'drizzle-orm';
import type { DecisionKind } from '../../../../schema/enums.ts';
import { decisions } from '../../../../schema/tables/decisions.ts';
import { snapshots } from '../../../../schema/tables/snapshots.ts';
import type { Transaction } from '../../../database/database.ts';
import type { LockedLedger } from '../../../feed/log/event-log.ts';
import { whyHistory } from '../../derive/tell/tell-in-sum.ts';
import { type Decision, decisionsInForce } from '../decisions.ts';
import { type Rederived, rederiveAndAppend } from '../rederive.ts';
import { placesTheyCanChange } from './late-list.ts';
import { acceptedLists, type Publication } from './publication.ts';

export type StoredSnapshot = typeof snapshots.$inferSelect;

/** Why a list is another than before. */
export interface ListCause {
  /** Of the decision that was made or revoked. */
  id: string;
  /** For people: why an event was retracted. */
  reason: string;
  /** The operator's word that a list that becomes accepted is history. */
  backfill?: boolean;
}

export interface ListChanged extends Rederived {
  locked: LockedLedger;
  /** The first time at which it counted, before or after, which lists from then on are compared with; null: at none. */
  from: string | null;
}

/**
 * Does `change` to one list, derives again what that can change, and appends it. A list that becomes accepted is news
 * or history as one that arrives; of any other change that is live which changes today. The caller writes the counters.
 */
export async function changeList(
  tx: Transaction,
  locked: LockedLedger,
  { number }: Pick<StoredSnapshot, 'number'>,
  { id, reason, backfill = false }: ListCause,
  change: () => Promise<void>,
): Promise<ListChanged> {
  const before = await acceptedLists(tx);
  await change();
  const after = await acceptedLists(tx);
  const [was, is] = [before, after].map((lists) => lists.find((list) => list.number === number));
  const [from = null] = [was, is].flatMap((list) => list?.publishedAt ?? []).sort();
  const places = new Set<string>();
  const add = async (list: Publication | undefined, lists: readonly Publication[]): Promise<void> => {
    if (list !== undefined) for (const place of await placesTheyCanChange(tx, [list], lists)) places.add(place);
  };
  await add(was, before);
  await add(is, after);
  const arrives = was === undefined ? is : undefined;
  const others = after.filter((list) => list !== arrives);
  const history = arrives === undefined ? null : whyHistory(arrives, others, undefined, backfill);
  const outcome = await rederiveAndAppend(tx, locked, [...places].sort(), after, await decisionsInForce(tx), {
    ...{ kind: 'DECISION', id, snapshotNumber: number, occurredAt: locked.now, reason, history },
    lists: arrives === undefined ? [] : [arrives],
  });
  if (arrives !== undefined) {
    await tx
      .update(snapshots)
      .set({ backfill: history !== null })
      .where(eq(snapshots.number, number));
  }
  return { ...outcome, from };
}

/** Two postings of one table at one time would be one list. */
export class TimeTaken extends Error {
  constructor(fileName: string, publishedAt: string, other: string) {
    super(`${fileName} cannot be published ${publishedAt}: ${other} is the same table, and was published then.`);
    this.name = 'TimeTaken';
  }
}

/**
 * Writes what the decisions in force make of a list: its verdict, where the last of them says one, else that of its
 * arrival; and its time. `ended` is the kind of the decision that was revoked. Throws {@link TimeTaken}.
 */
export async function settleList(tx: Transaction, list: StoredSnapshot, ended?: DecisionKind): Promise<void> {
  const inForce = await tx
    .select()
    .from(decisions)
    .where(and(eq(decisions.snapshotNumber, list.number), isNull(decisions.revokedAt)))
    .orderBy(desc(decisions.decidedAt), decisions.id);
  const postedAt = list.postedAt ?? list.publishedAt;
  const publishedAt = inForce.find(({ kind }) => kind === 'REDATING')?.publishedAt ?? postedAt;
  await refuseTaken(tx, list, publishedAt);
  const last = inForce[0];
  await tx
    .update(snapshots)
    .set({
      ...verdictOf(list, inForce, { publishedAt, ended }),
      ...{ publishedAt, postedAt: publishedAt.getTime() === postedAt.getTime() ? null : postedAt },
      ...{ decidedAt: last?.decidedAt ?? null, decidedReason: last?.reason ?? null },
    })
    .where(eq(snapshots.number, list.number));
}

function verdictOf(
  list: StoredSnapshot,
  inForce: readonly Decision[],
  { publishedAt, ended }: { publishedAt: Date; ended: DecisionKind | undefined },
): Pick<StoredSnapshot, 'status' | 'rejection'> {
  for (const { kind, reason } of inForce) {
    if (kind === 'RELEASE') return { status: 'ACCEPTED', rejection: null };
    if (kind === 'WITHDRAWAL') return { status: 'WITHDRAWN', rejection: null };
    if (kind === 'REJECTION') {
      return { status: 'REJECTED', rejection: { code: 'REJECTED_BY_OPERATOR', message: reason } };
    }
  }
  // What an operator gave another time may have been accepted at that, though reasons held it before.
  const counted = list.status === 'ACCEPTED' || list.status === 'WITHDRAWN';
  const isMoved = ended === 'REDATING' && publishedAt.getTime() !== list.publishedAt.getTime();
  const stays = counted && inForce.some(({ kind }) => kind === 'REDATING') && ended !== 'RELEASE' && !isMoved;
  return { status: list.holdReasons.length > 0 && !stays ? 'HELD' : 'ACCEPTED', rejection: null };
}

async function refuseTaken(tx: Transaction, list: StoredSnapshot, publishedAt: Date): Promise<void> {
  if (list.kind === null || list.tableHash === null) throw new Error('a file that is no list was decided about');
  const [other] = await tx
    .select({ fileName: snapshots.fileName })
    .from(snapshots)
    .where(
      and(
        ...[ne(snapshots.number, list.number), eq(snapshots.kind, list.kind), eq(snapshots.tableHash, list.tableHash)],
        or(eq(snapshots.publishedAt, publishedAt), eq(snapshots.postedAt, publishedAt)),
      ),
    )
    .limit(1);
  if (other) throw new TimeTaken(list.fileName, publishedAt.toISOString(), other.fileName);
}
