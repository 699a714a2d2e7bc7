/** What an operator reads: what waits for a person, and the agreements that left, with the evidence to check each. */
import { desc, eq, sql } from 'drizzle-orm';
import type { ReviewStatus, SnapshotKind } from '../../schema/enums.ts';
import { agencies, agencyNames } from '../../schema/tables/agencies.ts';
import { agreements } from '../../schema/tables/agreements.ts';
import { decisions } from '../../schema/tables/decisions.ts';
import { reviewItems } from '../../schema/tables/reviews.ts';
import { snapshots, sourceRows } from '../../schema/tables/snapshots.ts';
import type { Database } from '../database/database.ts';
import { isoInstant, selectRecords } from '../database/records.ts';
import type { DecisionEntry, Departure, ListEntry, ReviewEntry, StoredStatus } from './operations.ts';

/** Lists of one verdict and kind, or of all; the newest publication first. */
export async function listSnapshots(
  db: Database,
  status: StoredStatus | null,
  kind: SnapshotKind | null,
): Promise<ListEntry[]> {
  const rows = await selectRecords<ListEntry>(
    db,
    sql`select list.id, list.status, list.kind, list.published_at as "publishedAt", list.ingested_at as "ingestedAt",
      list.file_name as "fileName", list.row_count as "rowCount", list.hold_reasons as "holdReasons", list.rejection,
      list.decided_at as "decidedAt", list.decided_reason as "decidedReason",
      coalesce((select json_agg(json_build_object('id', decision.id, 'kind', decision.kind, 'reason', decision.reason)
          order by decision.decided_at desc, decision.id)
        from ${decisions} decision
        where decision.snapshot_number = list.number and decision.revoked_at is null), '[]') as decisions
      from ${snapshots} list
      where ${status === null ? sql`true` : sql`list.status = ${status}`}
        and ${kind === null ? sql`true` : sql`list.kind = ${kind}`}
      order by list.published_at desc, list.number desc`,
  );
  return rows.map((row) => ({
    ...row,
    publishedAt: isoInstant(row.publishedAt),
    ingestedAt: isoInstant(row.ingestedAt),
    decidedAt: row.decidedAt === null ? null : isoInstant(row.decidedAt),
  }));
}

/** Review items of one status, or all, the newest first. */
export function listReviews(db: Database, status: ReviewStatus | null): Promise<ReviewEntry[]> {
  const chosen = status === null ? sql`true` : sql`item.status = ${status}`;
  return selectRecords(
    db,
    sql`select item.id, item.kind, item.status, item.place_code as "placeCode", item.left_key as "leftKey",
      item.right_key as "rightKey", item.evidence,
      (select json_build_object('id', decision.id, 'kind', decision.kind, 'reason', decision.reason)
        from ${decisions} decision
        where decision.review_item_id = item.id and decision.revoked_at is null
        order by decision.decided_at desc limit 1) as decision
      from ${reviewItems} item where ${chosen} order by item.raised_at desc, item.id`,
  );
}

/** Every decision, the newest first. */
export async function listDecisions(db: Database): Promise<DecisionEntry[]> {
  const { id, fileName } = snapshots;
  const rows = await db
    .select({ decision: decisions, list: { id, fileName } })
    .from(decisions)
    .leftJoin(snapshots, eq(snapshots.number, decisions.snapshotNumber))
    .orderBy(desc(decisions.decidedAt), decisions.id);
  return rows.map(({ decision: { snapshotNumber: _number, ...decision }, list }) => ({
    ...{ ...decision, list },
    publishedAt: decision.publishedAt?.toISOString() ?? null,
    decidedAt: decision.decidedAt.toISOString(),
    revokedAt: decision.revokedAt?.toISOString() ?? null,
  }));
}

/** Agreements that are UNLISTED or ENDED, by place and agency. */
export async function listDepartures(db: Database): Promise<Departure[]> {
  const listAt = (instant: string) =>
    sql`(select list.file_name from ${snapshots} list where list.kind = 'PARTICIPATING' and list.status = 'ACCEPTED'
      and list.published_at = agreement.${sql.identifier(instant)} order by list.number limit 1)`;
  const rows = await selectRecords<Departure>(
    db,
    sql`select agency.place_code as place, agency.name as agency, agency.slug as "agencySlug", agreement.model,
      agreement.status, agreement.signed_on as "signedOn", agreement.memorandum_url as "memorandumUrl",
      agreement.first_listed_at as "firstListedAt", agreement.last_listed_at as "lastListedAt",
      ${listAt('last_listed_at')} as "lastList", ${listAt('unlisted_at')} as "firstListWithout",
      agreement.ended_on as "endedOn",
      (select json_agg(distinct row.agency_name) from ${agencyNames} name
        join ${sourceRows} row on row.place_code = name.place_code and row.name_key = name.name_key
        where name.agency_id = agency.id) as "printedNames"
      from ${agreements} agreement join ${agencies} agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null and agreement.status in ('UNLISTED', 'ENDED')
      order by agency.place_code, agency.name, agreement.model, agreement.ordinal`,
  );
  return rows.map((row) => ({
    ...row,
    firstListedAt: isoInstant(row.firstListedAt),
    lastListedAt: isoInstant(row.lastListedAt),
  }));
}
