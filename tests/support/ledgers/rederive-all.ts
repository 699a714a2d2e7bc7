/** Everything derived again from the stored rows: what that would change. Nothing, if the ledger is a function. */
import type { Database } from '../../../src/database/database.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { lockLedger } from '../../../src/feed/log/event-log.ts';
import { decisionsInForce } from '../../../src/ledger/apply/decisions.ts';
import { allPlaces } from '../../../src/ledger/apply/lists/late-list.ts';
import { acceptedLists } from '../../../src/ledger/apply/lists/publication.ts';
import { rederive } from '../../../src/ledger/apply/rederive.ts';

export function rederiveAll(db: Database): Promise<{ changed: boolean; events: number }> {
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockLedger(tx);
      const outcome = await rederive(tx, await allPlaces(tx), await acceptedLists(tx), await decisionsInForce(tx), {
        ...{ kind: 'RULES', id: 'test', snapshotNumber: null, occurredAt: locked.now, reason: 'a test.' },
        ...{ lists: [], history: null },
      });
      return { changed: outcome.changed, events: outcome.events.length };
    },
    { long: true },
  );
}
