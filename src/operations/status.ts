/** How everything stands, for a person who looks first when something is odd. */
import { sql } from 'drizzle-orm';
import { alarms } from '../../schema/tables/alarms.ts';
import { reviewItems } from '../../schema/tables/reviews.ts';
import type { OpenDatabase } from '../database/database.ts';
import { selectRecords } from '../database/records.ts';
import { RULES_VERSION } from '../ledger/derive/rules-version.ts';
import { packageVersion } from '../package-root.ts';
import { type InstantText, toIsoInstant } from '../queries/counts/instant.ts';
import { createQueries } from '../queries/queries.ts';
import { findConditions, readDisk } from './alarms/conditions.ts';
import { lastBackups } from './backups.ts';
import { readFollower } from './follow/follow-state.ts';
import type { StatusReport } from './operations.ts';

/** `watchers` of the process that answers; null: it serves nobody. */
export async function readStatus(
  database: Pick<OpenDatabase, 'db' | 'prepare' | 'kind'>,
  { directory, watchers }: { directory: string | null; watchers: number | null },
): Promise<StatusReport> {
  const { db, kind } = database;
  const queries = createQueries(database);
  const { revision, lastSequence, rulesVersion, sample } = await queries.ledger();
  const [server] = await selectRecords<{ version: string }>(
    db,
    sql`select current_setting('server_version') as version`,
  );
  const openReviews = await db.$count(reviewItems, sql`status = 'OPEN'`);
  const told = await db.select().from(alarms).where(sql`closed_at is null`);
  const source = await readFollower(db);
  const { made, restored } = await lastBackups(db);
  const conditions = await findConditions(database, directory);
  return {
    ...{ revision, events: String(lastSequence), sample },
    lists: (await queries.listStatuses()).map(({ newestNumber: _number, unseenSince: _since, ...status }) => ({
      ...status,
      lastCheckedAt: isoOf(status.lastCheckedAt),
      lastChangedAt: isoOf(status.lastChangedAt),
      staleSince: isoOf(status.staleSince),
    })),
    ...{ openReviews, watchers },
    source:
      source === null
        ? null
        : {
            ...{ lookedAt: source.startedAt.toISOString(), nextAt: source.nextAt.toISOString() },
            failures: source.failures,
          },
    versions: {
      ...{ program: packageVersion(), node: process.version, rules: RULES_VERSION, ledgerRules: rulesVersion },
      database: `${kind === 'pglite' ? 'embedded' : 'server'}, PostgreSQL ${server?.version ?? '?'}`,
    },
    backup: made === null ? null : { file: made.file, startedAt: made.startedAt.toISOString(), bytes: made.bytes ?? 0 },
    restored: restored?.restoredAt
      ? {
          ...{ file: restored.file, madeAt: restored.startedAt.toISOString() },
          restoredAt: restored.restoredAt.toISOString(),
        }
      : null,
    disk: directory === null ? null : await readDisk(directory),
    alarms: conditions.map((condition) => ({
      ...condition,
      since:
        told
          .find((alarm) => alarm.kind === condition.kind && alarm.subject === condition.subject)
          ?.openedAt.toISOString() ?? null,
    })),
  };
}

const isoOf = (text: InstantText | null): string | null => (text === null ? null : toIsoInstant(text));
