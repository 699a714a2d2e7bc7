/** Which backups were made, and which failed: for `status` and the alarms. */
import { desc, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { backups } from '../../schema/tables/backups.ts';
import type { Database } from '../database/database.ts';
import type { BackupNote } from './operations.ts';

/** Milliseconds: whoever has backups made wants one at least each week, and a day to notice. */
export const BACKUP_OLD_MILLISECONDS = 8 * 24 * 60 * 60 * 1000;

export type Backup = typeof backups.$inferSelect;

export async function noteBackup(db: Database, { file, startedAt, bytes, error }: BackupNote): Promise<void> {
  await db.insert(backups).values({ file, startedAt: new Date(startedAt), endedAt: sql`now()`, bytes, error });
}

export interface LastBackups {
  /** The newest try. */
  tried: Backup | null;
  /** The newest that did not fail. */
  made: Backup | null;
  /** That from which this ledger was restored last. */
  restored: Backup | null;
}

/** Null: there is none. */
export async function lastBackups(db: Database): Promise<LastBackups> {
  const newest = async (condition?: SQL): Promise<Backup | null> => {
    const [row = null] = await db.select().from(backups).where(condition).orderBy(desc(backups.id)).limit(1);
    return row;
  };
  return {
    tried: await newest(),
    made: await newest(isNull(backups.error)),
    restored: await newest(isNotNull(backups.restoredAt)),
  };
}
