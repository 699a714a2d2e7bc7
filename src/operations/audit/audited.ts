/**
 * What is done leaves its row in the transaction that does it, so that neither is ever without the other; what is
 * refused leaves one by itself.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { OperatorAct } from '../../../schema/enums.ts';
import { auditEntries } from '../../../schema/tables/audit.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import type { Database, Transaction } from '../../database/database.ts';
import { Refusal } from '../operations.ts';
import type { Actor } from './actor.ts';

export interface Act {
  kind: OperatorAct;
  actor: Actor;
  reason?: string | undefined;
  /** What it was given. */
  given: Record<string, unknown>;
  /** Makes of what a transaction answers what is kept of it. */
  found?: (result: unknown, tx: Transaction) => Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** Does the work on a database of which each transaction leaves a row. */
export async function audited<Result>(
  db: Database,
  act: Act,
  work: (on: Database) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(auditing(db, act));
  } catch (error) {
    if (error instanceof Refusal) await appendEntry(db, act, { refusal: error.code });
    throw error;
  }
}

/** The same database, each transaction of which appends a row as its last step. */
export function auditing(db: Database, act: Act): Database {
  const transaction: Database['transaction'] = (work, config) =>
    db.transaction(async (tx) => {
      const result = await work(tx);
      await appendEntry(tx, act, { found: await act.found?.(result, tx) });
      return result;
    }, config);
  return Object.create(db, { transaction: { value: transaction } }) as Database;
}

interface Outcome {
  refusal?: string;
  found?: Record<string, unknown> | undefined;
}

async function appendEntry(
  on: Database | Transaction,
  { kind, actor, reason, given }: Act,
  { refusal, found }: Outcome,
): Promise<void> {
  await on.insert(auditEntries).values({
    ...{ id: randomUUID(), act: kind, at: sql`clock_timestamp()` },
    ...{ actor: actor.name, keyId: actor.keyId, address: actor.address },
    ...{ reason: reason ?? null, about: { ...given, ...found }, refusal: refusal ?? null },
    revision: sql`(select ${ledger.revision} from ${ledger} where ${ledger.id} = 1)`,
  });
}
