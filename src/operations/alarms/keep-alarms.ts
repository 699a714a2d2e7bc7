/** Alarms in the database: opened when a condition is new, closed when it is over, and what was told of them. */
import { inArray, isNull, sql } from 'drizzle-orm';
import { alarms } from '../../../schema/tables/alarms.ts';
import type { Database } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Condition } from './conditions.ts';
import { describeEnd } from './describe-end.ts';

export type Alarm = typeof alarms.$inferSelect;

/** What an operator is to hear of an alarm. */
export interface Notice {
  alarm: Alarm;
  state: 'OPEN' | 'REMINDER' | 'CLEARED';
  /** What is wrong; of one that is over, what was, and how it ended. */
  message: string;
}

const keyOf = ({ kind, subject }: Pick<Condition, 'kind' | 'subject'>): string => `${kind} ${subject}`;

/** Opens and closes, so that what is open is what is wrong. */
export function keepAlarms(db: Database, conditions: readonly Condition[]): Promise<void> {
  return inTransaction(db, async (tx) => {
    const open = await tx.select().from(alarms).where(isNull(alarms.closedAt));
    const now = sql`now()`;
    const lasting = new Set(conditions.map(keyOf));
    const over = open.filter((alarm) => !lasting.has(keyOf(alarm))).map(({ id }) => id);
    if (over.length > 0) await tx.update(alarms).set({ closedAt: now }).where(inArray(alarms.id, over));
    for (const { kind, subject, message } of conditions) {
      await tx
        .insert(alarms)
        .values({ kind, subject, message, openedAt: now })
        .onConflictDoUpdate({
          ...{ target: [alarms.kind, alarms.subject], targetWhere: sql`closed_at is null`, set: { message } },
          setWhere: sql`${alarms.message} <> excluded.message`,
        });
    }
  });
}

/** What is to be told: once when it begins, again each day, and when it is over if anybody heard that it began. */
export async function dueNotices(db: Database): Promise<Notice[]> {
  const rows = await db
    .select()
    .from(alarms)
    .where(
      sql`(${alarms.closedAt} is null and (${alarms.toldAt} is null or ${alarms.toldAt} < now() - interval '1 day'))
        or (${alarms.closedAt} is not null and ${alarms.toldAt} is not null and ${alarms.clearedAt} is null)`,
    )
    .orderBy(alarms.id);
  const notices: Notice[] = [];
  for (const alarm of rows) {
    if (alarm.closedAt !== null) notices.push({ alarm, state: 'CLEARED', message: await describeEnd(db, alarm) });
    else notices.push({ alarm, state: alarm.toldAt === null ? 'OPEN' : 'REMINDER', message: alarm.message });
  }
  return notices;
}

export async function markTold(db: Database, notices: readonly Notice[]): Promise<void> {
  const idsOf = (isOver: boolean): number[] =>
    notices.filter(({ state }) => (state === 'CLEARED') === isOver).map(({ alarm }) => alarm.id);
  const [told, cleared] = [idsOf(false), idsOf(true)];
  if (told.length > 0) await db.update(alarms).set({ toldAt: sql`now()` }).where(inArray(alarms.id, told));
  if (cleared.length > 0) await db.update(alarms).set({ clearedAt: sql`now()` }).where(inArray(alarms.id, cleared));
}
