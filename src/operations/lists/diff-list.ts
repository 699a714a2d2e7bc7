/** What a list does, or would do, to what stands: the ledger with it beside the ledger without it. Nothing is kept. */
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { planOf, reversed } from '../../analysis/plan.ts';
import type { Database } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { lockForChange } from '../../ledger/apply/apply.ts';
import { changeList } from '../../ledger/apply/lists/change-list.ts';
import { type ListDiff, Refusal, type StoredStatus } from '../operations.ts';
import { tryOut } from './dry-run.ts';
import { findList } from './release-and-reject.ts';

export async function diffList(db: Database, given: string): Promise<ListDiff> {
  const list = await findList(db, given);
  const { number, id, fileName, kind, publishedAt } = list;
  if (kind === null)
    throw new Refusal('BAD_ARGUMENT', `${fileName} could not be read as a list: nothing is known of it.`);
  const status = list.status as StoredStatus;
  const counts = status === 'ACCEPTED';
  const { found } = await tryOut(db, (outer) =>
    inTransaction(
      outer,
      async (tx) => {
        const locked = await lockForChange(tx);
        const other = { status: counts ? ('WITHDRAWN' as const) : ('ACCEPTED' as const), rejection: null };
        await changeList(tx, locked, list, { id: randomUUID(), reason: 'a try.' }, async () => {
          await tx.update(snapshots).set(other).where(eq(snapshots.number, number));
        });
      },
      { long: true },
    ),
  );
  return {
    id,
    fileName,
    kind,
    status,
    publishedAt: publishedAt.toISOString(),
    plan: planOf(counts ? reversed(found) : found),
  };
}
