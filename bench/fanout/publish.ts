/** Appends events to the log of a bench's ledger in transactions, as an ingest does. */
import type { EventRecord } from '../../schema/tables/events.ts';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { appendEvents, commitRevision, lockLedger } from '../../src/feed/log/event-log.ts';
import { putAgency, uuidOf } from '../../tests/support/databases/builders.ts';

export interface Publisher extends AsyncDisposable {
  /** What its events are about. */
  agencyId: string;
  /** Resolves to the time at which the commit was asked for, in milliseconds since 1970. */
  publish(placeCode: string, count?: number): Promise<number>;
}

export async function openPublisher(url: string): Promise<Publisher> {
  const { db, close } = await openDatabase({ kind: 'postgres', url, poolSize: 2 });
  const agencyId = await putAgency(db, 'Bench County Sheriff');
  let published = 0;
  const next = (placeCode: string): EventRecord => {
    published += 1;
    return benchEvent(agencyId, published, placeCode);
  };
  return {
    agencyId,
    publish: async (placeCode, count = 1) => {
      let at = 0;
      const events = Array.from({ length: count }, () => next(placeCode));
      await appendBenchEvents(db, events, (asked) => {
        at = asked;
      });
      return at;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Its id follows from its number. */
export function benchEvent(agencyId: string, number: number, placeCode: string): EventRecord {
  return {
    ...{ id: uuidOf(`event ${number}`), kind: 'AGREEMENT_ADDED', causeKind: 'SNAPSHOT', causeId: `${number}` },
    ...{ subjectId: agencyId, agencyId, ordinal: 1, placeCode, occurredAt: new Date(), payload: {} },
    ...{ backfill: false, provisional: false, model: 'TASK_FORCE', agencyType: 'COUNTY', countyFips: null },
    summary: 'Bench County Sheriff (Texas): task force agreement listed for the first time.',
  };
}

/** One transaction. `onCommit` is told when the commit is asked for, in milliseconds since 1970. */
export function appendBenchEvents(
  db: Database,
  events: readonly EventRecord[],
  onCommit: (at: number) => void,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    const appended = await appendEvents(tx, await lockLedger(tx), events);
    await commitRevision(tx, appended);
    onCommit(performance.timeOrigin + performance.now());
  });
}
