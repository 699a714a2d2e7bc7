/**
 * Ingestion that goes on through everything: small transactions, each tried until it is in the log once. A commit
 * may have happened although its answer was lost with the connection, so before it tries again it looks.
 */
import { setTimeout } from 'node:timers/promises';
import { inArray } from 'drizzle-orm';
import type { EventRecord } from '../../schema/tables/events.ts';
import { ledgerEvents } from '../../schema/tables/events.ts';
import { openDatabase } from '../../src/database/open.ts';
import { putAgency } from '../../tests/support/databases/builders.ts';
import { appendBenchEvents, benchEvent } from '../fanout/publish.ts';

export interface Ingestion {
  /** Resolves when what was begun is in the log. */
  stop(): Promise<Ingested>;
}

export interface Ingested {
  /** Of each event by its id, when its commit was asked for, in milliseconds since 1970. */
  committedAt: Map<string, number>;
  transactions: number;
  /** Transactions that failed and were tried again. */
  retries: number;
  /** Transactions that were committed without an answer. */
  unanswered: number;
}

const WRITERS = 2;
const MOST_EVENTS = 5;
const PAUSE_MILLISECONDS = 800;
const RETRY_MILLISECONDS = 200;

export async function startIngestion(url: string): Promise<Ingestion> {
  const { db, close } = await openDatabase({ kind: 'postgres', url, poolSize: 2 * WRITERS });
  const agencyId = await putAgency(db, 'Bench County Sheriff');
  const ingested: Ingested = { committedAt: new Map(), transactions: 0, retries: 0, unanswered: 0 };
  let number = 0;
  let stopped = false;

  async function write(): Promise<void> {
    while (!stopped) {
      const count = 1 + Math.floor(Math.random() * MOST_EVENTS);
      const events = Array.from({ length: count }, () => {
        number += 1;
        return benchEvent(agencyId, number, 'TX');
      });
      const at = await commit(events);
      for (const { id } of events) ingested.committedAt.set(id, at);
      ingested.transactions += 1;
      await setTimeout(PAUSE_MILLISECONDS * (0.5 + Math.random()));
    }
  }

  async function commit(events: readonly EventRecord[]): Promise<number> {
    let askedAt = 0;
    for (;;) {
      try {
        await appendBenchEvents(db, events, (at) => {
          askedAt = at;
        });
        return askedAt;
      } catch {
        await setTimeout(RETRY_MILLISECONDS);
      }
      if (await isInLog(events)) {
        ingested.unanswered += 1;
        return askedAt;
      }
      ingested.retries += 1;
    }
  }

  /** Waits for the database. Either all events of a transaction are there or none. */
  async function isInLog(events: readonly EventRecord[]): Promise<boolean> {
    for (;;) {
      try {
        const ids = events.map(({ id }) => id);
        return (await db.$count(ledgerEvents, inArray(ledgerEvents.id, ids))) === events.length;
      } catch {
        await setTimeout(RETRY_MILLISECONDS);
      }
    }
  }

  const writing = Promise.all(Array.from({ length: WRITERS }, write));
  return {
    stop: async () => {
      stopped = true;
      await writing;
      await close();
      return ingested;
    },
  };
}
