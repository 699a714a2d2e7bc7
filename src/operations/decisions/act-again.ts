/** An act of an operator that an archive has, done again under the ids that it had. Twice is once. */
import { eq } from 'drizzle-orm';
import { decisions } from '../../../schema/tables/decisions.ts';
import type { Database } from '../../database/database.ts';
import type { ArchivedAct, ArchivedDecision } from '../archive/archived-acts.ts';
import { redateList, rejectList, releaseList, withdrawList } from '../lists/release-and-reject.ts';
import { Refusal } from '../operations.ts';
import { addSpelling } from './add-spelling.ts';
import { decideAgain } from './merge-split-rename.ts';
import { revokeDecision } from './revoke-decision.ts';

/** Throws {@link Refusal} that names the decision where the ledger is another than the archive's was. */
export async function actAgain(db: Database, act: ArchivedAct): Promise<void> {
  const [first] = act.made;
  const id = act.revoked?.id ?? first?.id ?? '';
  const [known] = await db.select().from(decisions).where(eq(decisions.id, id));
  if (act.revoked === null ? known !== undefined : known?.revokedAt != null) return;
  try {
    if (act.revoked !== null) await revokeDecision(db, id, act.revoked.reason);
    else if (first !== undefined) await decide(db, first, act.made);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(
      error.code,
      `The decision ${id} of the archive cannot be made or revoked again: ${error.message}`,
    );
  }
}

function decide(db: Database, first: ArchivedDecision, all: readonly ArchivedDecision[]): Promise<unknown> {
  const { id, kind, reason, list, publishedAt, subject, printed, means, backfill } = first;
  if (list !== null) {
    if (kind === 'RELEASE') return releaseList(db, list, reason, backfill, id);
    if (kind === 'REJECTION') return rejectList(db, list, reason, id);
    if (kind === 'WITHDRAWAL') return withdrawList(db, list, reason, id);
    if (publishedAt !== null) return redateList(db, list, publishedAt, reason, id);
  }
  if (subject !== null && printed !== null && means !== null)
    return addSpelling(db, { subject, printed, means }, reason, id);
  return decideAgain(
    db,
    all.map(({ list: _list, publishedAt: _at, decidedAt: _decided, ...names }) => names),
  );
}
