/** Newer rules on an older ledger: every stored row is read again from its printed cells, and everything derived. */
import { asc, eq, gt } from 'drizzle-orm';
import type { EventRecord } from '../../../schema/tables/events.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import { sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { insertRecords } from '../../database/records.ts';
import { inTransaction } from '../../database/transaction.ts';
import { commitRevision, lockLedger } from '../../feed/event-log.ts';
import { parseRow } from '../../intake/parse-row.ts';
import { RULES_VERSION } from '../derive/rules-version.ts';
import { RulesMismatch } from './apply.ts';
import { recount } from './keep-counts.ts';
import { allPlaces } from './late-list.ts';
import { acceptedLists } from './publication.ts';
import { rederiveAndAppend } from './rederive.ts';
import { decisionsInForce } from './review-items.ts';
import { toSourceRow } from './store-list.ts';

const BATCH = 5_000;
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
      await readAgain(tx);
      const outcome = await rederiveAndAppend(
        tx,
        locked,
        await allPlaces(tx),
        await acceptedLists(tx),
        await decisionsInForce(tx),
        {
          ...{ kind: 'RULES', id: `rules-${version}`, snapshotNumber: null, occurredAt: locked.now },
          ...{ reason: `the rules of the ledger were raised to version ${version}.`, lists: [] },
          ...{ history: null, mostChanged: MOST_CHANGED },
        },
      );
      // An instance of an older build may have ingested since the tables were made, and it keeps no counts.
      await recount(tx);
      await tx.update(ledger).set({ rulesVersion: version }).where(eq(ledger.id, 1));
      return { revision: await commitRevision(tx, outcome.locked), events: outcome.events };
    },
    { long: true },
  );
}

const placed = { placeCode: sourceRows.placeCode, movedFrom: sourceRows.movedFrom };

async function readAgain(tx: Transaction): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await tx
      .select({ ...placed, id: sourceRows.id, hash: sourceRows.hash, cells: sourceRows.cells })
      .from(sourceRows)
      .where(gt(sourceRows.id, after))
      .orderBy(asc(sourceRows.id))
      .limit(BATCH);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    const read = rows.map(({ hash, cells, placeCode, movedFrom }) => {
      const row = toSourceRow({ hash, cells, ...parseRow(cells, { rowNumber: 0, kind: 'PARTICIPATING' }) });
      // Where it is read is decided from all rows, once all are read.
      return movedFrom === null || row.placeCode == null ? row : { ...row, placeCode, movedFrom: row.placeCode };
    });
    await insertRecords(tx, sourceRows, read, {
      ...{ do: 'update', key: ['hash'] },
      set: [
        ...(['corrections', 'placeCode', 'agencyName', 'nameKey', 'model', 'agencyType', 'typePrinted'] as const),
        ...(['countyFips', 'signedOn', 'signedPrinted', 'memorandumUrl', 'addendumUrl', 'movedFrom'] as const),
      ],
    });
  }
}
