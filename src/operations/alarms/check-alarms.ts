/** One look at what is wrong: alarms are kept, and an operator is told what is due. One process of a ledger does it. */
import type { OpenDatabase } from '../../database/database.ts';
import { underLease } from '../../database/lease.ts';
import { findConditions } from './conditions.ts';
import { dueNotices, keepAlarms, markTold, type Notice } from './keep-alarms.ts';
import { type NameCommands, tellOperator } from './webhook.ts';

export interface AlarmSettings {
  /** Null: alarms are kept, and nobody is told. */
  webhook: string | null;
  /** Of an embedded ledger: whose disk is watched. */
  directory: string | null;
  /** Left out: messages name commands as they were written. */
  naming?: NameCommands;
}

/**
 * Answers what was told. Throws where the webhook did not take it: then it is told at the next look. A process that
 * ends between telling and noting it tells twice.
 */
export async function checkAlarms(
  database: Pick<OpenDatabase, 'db' | 'prepare'>,
  { webhook, directory, naming }: AlarmSettings,
): Promise<readonly Notice[]> {
  const { db } = database;
  const told = await underLease(db, 'alarms', async () => {
    await keepAlarms(db, await findConditions(database, directory));
    if (webhook === null) return [];
    const notices = await dueNotices(db);
    if (notices.length === 0) return [];
    await tellOperator(webhook, notices, naming);
    await markTold(db, notices);
    return notices;
  });
  return told ?? [];
}
