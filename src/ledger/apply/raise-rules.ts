/** Newer rules on an older ledger: every stored row is read again from its printed cells, and everything derived. */
import { eq } from 'drizzle-orm';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import type { Database } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, lockLedger } from '../../feed/log/event-log.ts';
import { RULES_VERSION } from '../derive/rules-version.ts';
import { RulesMismatch } from './apply.ts';
import { decisionsInForce } from './decisions.ts';
import { allPlaces } from './lists/late-list.ts';
import { acceptedLists } from './lists/publication.ts';
import { recount } from './places/keep-counts.ts';
import { rederiveAndAppend } from './rederive.ts';
import { readAgain } from './rows/read-again.ts';
import { settleIssues } from './rows/row-issues.ts';
import { spellingsInForce } from './rows/spellings-in-force.ts';

/** Agreements that may change today before new rules are told in sum. */
const MOST_CHANGED = 50;

/** Null when the ledger has these rules already. Throws {@link RulesMismatch} when it has newer ones. */
export function raiseRules(
  db: Database,
  version: number = RULES_VERSION,
): Promise<{ revision: bigint; events: readonly EventRecord[] } | null> {
  return inTransaction(
    db,
    async (tx) => {
      const locked = await lockLedger(tx);
      if (locked.rulesVersion === version) return null;
      if (locked.rulesVersion > version) throw new RulesMismatch(locked.rulesVersion);
      const { spellings } = await spellingsInForce(tx);
      const reread = await readAgain(tx, spellings);
      const lists = await acceptedLists(tx);
      const outcome = await rederiveAndAppend(tx, locked, await allPlaces(tx), lists, await decisionsInForce(tx), {
        ...{ kind: 'RULES', id: `rules-${version}`, snapshotNumber: null, occurredAt: locked.now },
        ...{ reason: `the rules of the ledger were raised to version ${version}.`, lists: [] },
        ...{ history: null, mostChanged: MOST_CHANGED },
      });
      await settleIssues(tx, reread.lists, lists);
      // An instance of an older build may have ingested since the tables were made, and it keeps no counts.
      await recount(tx);
      await tx.update(ledger).set({ rulesVersion: version }).where(eq(ledger.id, 1));
      const { events, locked: grown } = outcome;
      return {
        revision: await commitRevision(tx, grown),
        events: grown.sum === null ? events : [...events, grown.sum],
      };
    },
    { long: true },
  );
}
