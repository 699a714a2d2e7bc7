/** An alarm that is over, in a sentence: what was wrong, and how it ended, by whose decision where one ended it. */
import { sql } from 'drizzle-orm';
import type { AlarmKind, DecisionKind, OperatorAct } from '../../../schema/enums.ts';
import type { alarms } from '../../../schema/tables/alarms.ts';
import { auditEntries } from '../../../schema/tables/audit.ts';
import { decisions } from '../../../schema/tables/decisions.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../database/database.ts';
import { selectRecords, valueList } from '../../database/records.ts';
import { lastBackups } from '../backups.ts';

type Ended = Pick<typeof alarms.$inferSelect, 'kind' | 'subject' | 'openedAt'>;

export const describeEnd = (db: Database, alarm: Ended): Promise<string> => descriptions[alarm.kind](db, alarm);

const descriptions: Record<AlarmKind, (db: Database, alarm: Ended) => Promise<string>> = {
  LIST_HELD: describeHeld,
  LIST_AHEAD: describeAhead,
  FILE_REJECTED: async (_db, { subject }) =>
    `A look at the source no longer finds the workbook that could not be read as a list: ${subject}.`,
  SOURCE_STALE: async (_db, { openedAt }) =>
    `The list of participating agencies was seen at the source again; it was missed from ${openedAt.toISOString()} on.`,
  DISK_FULL: async (_db, { subject }) => `The disk of the ledger was nearly full, and has room again (${subject}).`,
  BACKUP_FAILED: async (db) => {
    const { made } = await lastBackups(db);
    const which = made === null ? '' : `: ${made.startedAt.toISOString()}, ${made.file}`;
    return `A backup failed or was missed, and one was made since${which}.`;
  },
};

async function describeHeld(db: Database, { subject }: Ended): Promise<string> {
  const { fileName, last } = await lastWord(db, subject, { RELEASE: 'RELEASE', REJECTION: 'REJECT' });
  if (last === null) return `The list ${fileName} was held, and was accepted when no reason was left.`;
  const what = last.kind === 'RELEASE' ? 'released' : 'rejected';
  return `The list ${fileName} was held, and was ${what} by ${last.actor} ("${last.reason}").`;
}

async function describeAhead(db: Database, { subject, openedAt }: Ended): Promise<string> {
  const { fileName, last } = await lastWord(db, subject, { REDATING: 'REDATE', WITHDRAWAL: 'WITHDRAW' });
  if (last === null || last.decidedAt < openedAt.toISOString()) {
    return `The list ${fileName} was dated too late, and makes no list late any more.`;
  }
  const what = last.kind === 'REDATING' ? 're-dated' : 'withdrawn';
  return `The list ${fileName} was dated too late, and was ${what} by ${last.actor} ("${last.reason}").`;
}

interface Word {
  kind: DecisionKind;
  reason: string;
  actor: string;
  decidedAt: string;
}

/** The last decision in force about a list that is of one of these kinds, each of which an act makes. */
async function lastWord(
  db: Database,
  id: string,
  actOf: Partial<Record<DecisionKind, OperatorAct>>,
): Promise<{ fileName: string; last: Word | null }> {
  const kinds = valueList(Object.keys(actOf));
  const [list] = await selectRecords<{ fileName: string; last: Word | null }>(
    db,
    // The ledger is locked from a decision to the entry of its act, or of the ingest of an archive that has it: no other
    // of these is between.
    sql`select list.file_name as "fileName", (
        select json_build_object('kind', decision.kind, 'reason', decision.reason, 'decidedAt', decision.decided_at,
          'actor', coalesce((select entry.actor from ${auditEntries} entry
            where entry.act in ${valueList([...Object.values(actOf), 'INGEST'])} and entry.refusal is null
              and entry.at >= decision.decided_at order by entry.number limit 1), 'an operator'))
        from ${decisions} decision
        where decision.snapshot_number = list.number and decision.revoked_at is null and decision.kind::text in ${kinds}
        order by decision.decided_at desc limit 1) as last
      from ${snapshots} list where list.id = ${id}`,
  );
  if (list === undefined) throw new Error(`no list has the id ${id}`);
  const { fileName, last } = list;
  return { fileName, last: last === null ? null : { ...last, decidedAt: new Date(last.decidedAt).toISOString() } };
}
