/** The audit log as the command line reads it. */
import { sql } from 'drizzle-orm';
import type { OperatorAct } from '../../../schema/enums.ts';
import { auditEntries } from '../../../schema/tables/audit.ts';
import { operatorKeys } from '../../../schema/tables/keys.ts';
import type { Database } from '../../database/database.ts';
import { isoInstant, selectRecords } from '../../database/records.ts';
import type { AuditEntry } from '../keys/key-operations.ts';

/** The newest entries first, at most `limit` of them; of one kind of act, or of all. */
export async function listAudit(db: Database, limit: number, act: OperatorAct | null): Promise<AuditEntry[]> {
  const rows = await selectRecords<AuditEntry>(
    db,
    sql`select entry.id, entry.act, entry.at, entry.actor, key.prefix as "keyPrefix", entry.address, entry.reason,
      entry.about, entry.refusal, entry.revision::text as revision
      from ${auditEntries} entry left join ${operatorKeys} key on key.id = entry.key_id
      where ${act === null ? sql`true` : sql`entry.act = ${act}`}
      order by entry.number desc limit ${limit}::int`,
  );
  return rows.map((row) => ({ ...row, at: isoInstant(row.at) }));
}
