/** Events put into the log the way an ingest does: in a transaction, numbered under the lock, with the wake-up. */
import type { EventRecord } from '../../../schema/tables/events.ts';
import type { Database, Transaction } from '../../../src/database/database.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { appendEvents, commitRevision, lockLedger } from '../../../src/feed/log/event-log.ts';
import { historyChanged } from '../../../src/ledger/derive/tell/tell-in-sum.ts';
import { uuidOf } from './builders.ts';

export type GivenEvent = Partial<EventRecord> & { agencyId: string };

let counted = 0;

/** Appends events whose summaries are the given texts. */
export async function logEvents(db: Database, events: readonly GivenEvent[]): Promise<void> {
  await inTransaction(db, (tx) => logEventsIn(tx, events));
}

export async function logEventsIn(tx: Transaction, events: readonly GivenEvent[]): Promise<void> {
  const locked = await lockLedger(tx);
  await commitRevision(tx, await appendEvents(tx, locked, events.map(toRecord)));
}

/** Says that history changed, as an ingest of old lists does. */
export async function logHistory(db: Database, reason: string): Promise<void> {
  counted += 1;
  const cause = { kind: 'DECISION', id: `history ${counted}`, snapshotNumber: null } as const;
  const event = historyChanged({ ...cause, occurredAt: '2026-02-02T14:00:00Z' }, 1, { lists: 3, events: 40, reason });
  await inTransaction(db, async (tx) => {
    await commitRevision(tx, await appendEvents(tx, await lockLedger(tx), [event]));
  });
}

function toRecord(given: GivenEvent): EventRecord {
  counted += 1;
  return {
    ...{ id: uuidOf(`logged ${counted}`), kind: 'AGREEMENT_ADDED', causeKind: 'SNAPSHOT', causeId: `list ${counted}` },
    ...{ subjectId: given.agencyId, ordinal: 1, placeCode: 'TX', occurredAt: new Date('2026-02-02T14:00:00Z') },
    ...{ backfill: false, provisional: false, model: 'TASK_FORCE', agencyType: 'COUNTY', countyFips: null },
    ...{ summary: `Event ${counted}`, payload: {} },
    ...given,
  };
}
