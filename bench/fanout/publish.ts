/** Appends events to the log of a bench's ledger in transactions, as an ingest does. */
import type { EventRecord } from '../../schema/tables/events.ts';
import { openDatabase } from '../../src/database/open.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { appendEvents, commitRevision, lockLedger } from '../../src/feed/event-log.ts';
import { putAgency, uuidOf } from '../../tests/support/builders.ts';

export interface Publisher extends AsyncDisposable {
  /** Resolves to the time at which the commit was asked for, in milliseconds since 1970. */
  publish(placeCode: string, count?: number): Promise<number>;
}

export async function openPublisher(url: string): Promise<Publisher> {
  const { db, close } = await openDatabase({ kind: 'postgres', url, poolSize: 2 });
  const agencyId = await putAgency(db, 'Bench County Sheriff');
  let published = 0;
  const event = (placeCode: string): EventRecord => {
    published += 1;
    return {
      ...{ id: uuidOf(`event ${published}`), kind: 'AGREEMENT_ADDED', causeKind: 'SNAPSHOT', causeId: `${published}` },
      ...{ subjectId: agencyId, agencyId, ordinal: 1, placeCode, occurredAt: new Date(), payload: {} },
      ...{ backfill: false, provisional: false, model: 'TASK_FORCE', agencyType: 'COUNTY', countyFips: null },
      summary: 'Bench County Sheriff (Texas): task force agreement listed for the first time.',
    };
  };
  return {
    publish: async (placeCode, count = 1) => {
      let at = 0;
      await inTransaction(db, async (tx) => {
        const locked = await lockLedger(tx);
        const appended = await appendEvents(
          tx,
          locked,
          Array.from({ length: count }, () => event(placeCode)),
        );
        await commitRevision(tx, appended);
        at = performance.timeOrigin + performance.now();
      });
      return at;
    },
    [Symbol.asyncDispose]: close,
  };
}
