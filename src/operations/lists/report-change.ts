/** What an operator's action changed: what it appended to the log, counted, and what else became of it. */
import type { Transaction } from '../../database/database.ts';
import { commitRevision, type LockedLedger } from '../../feed/log/event-log.ts';
import { addTold, type Told, toldInSum } from '../../ledger/apply/told.ts';
import type { ChangeReport } from '../operations.ts';

type Besides = Pick<ChangeReport, 'rowsReadAgain' | 'accepted' | 'held' | 'ingestAgain' | 'notes'>;

/** The last step of an action. */
export async function commitChange(
  tx: Transaction,
  locked: LockedLedger,
  told: readonly Told[],
  decisionIds: readonly string[],
  besides: Partial<Besides> = {},
): Promise<ChangeReport> {
  return reportChange(await commitRevision(tx, locked), [...told, toldInSum(locked)], decisionIds, besides);
}

export const reportChange = (
  revision: bigint | string,
  told: readonly Told[],
  decisionIds: readonly string[] = [],
  besides: Partial<Besides> = {},
): ChangeReport => ({
  ...{ revision: String(revision), ...addTold(told), decisionIds, plan: null },
  ...{ rowsReadAgain: 0, accepted: [], held: [], ingestAgain: [], notes: [], ...besides },
});
