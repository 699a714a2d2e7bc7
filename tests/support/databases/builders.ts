/** Rows put into a ledger directly, for tests of queries: few arguments, fixed clocks, ids that are counted. */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { agencies, agencyNames, agencySlugs } from '../../../schema/tables/agencies.ts';
import { agreements, listings } from '../../../schema/tables/agreements.ts';
import { ledgerEvents } from '../../../schema/tables/events.ts';
import { ledger } from '../../../schema/tables/ledger.ts';
import { reviewItems } from '../../../schema/tables/reviews.ts';
import { rowIssues, snapshotRows, snapshots, sourceRows } from '../../../schema/tables/snapshots.ts';
import type { Database } from '../../../src/database/database.ts';

/** A uuid that follows from a name, so that a test can read its own ids. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Given<Table extends { $inferInsert: object }> = Partial<Table['$inferInsert']>;

/** An agency that calls itself by its name alone. */
export async function putAgency(db: Database, name: string, given: Given<typeof agencies> = {}): Promise<string> {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const row = {
    ...{ id: uuidOf(`agency ${name}`), placeCode: 'TX', key: slug, name, nameKey: slug, slug },
    ...{ type: 'COUNTY' as const, typePrinted: 'County', countyFips: null, derived: true },
    ...{ firstListedAt: new Date('2025-02-21T17:00:00Z') },
    ...given,
  };
  await db.insert(agencies).values(row);
  await db.insert(agencySlugs).values({ slug: row.slug, agencyId: row.id }).onConflictDoNothing();
  const { placeCode, nameKey, id: agencyId, firstListedAt } = row;
  await db.insert(agencyNames).values({ placeCode, nameKey, agencyId, firstListedAt }).onConflictDoNothing();
  return row.id;
}

/** An agreement in force, of an agency that exists. */
export async function putAgreement(
  db: Database,
  name: string,
  agencyId: string,
  given: Given<typeof agreements> = {},
): Promise<string> {
  const row = {
    ...{ id: uuidOf(`agreement ${name}`), agencyId, placeCode: 'TX', model: 'TASK_FORCE' as const, ordinal: 1 },
    ...{ status: 'ACTIVE' as const, signedOn: '2025-03-01', signedPrinted: '3/1/2025', derived: true },
    ...{ firstListedAt: new Date('2025-03-03T17:00:00Z'), firstListedIsLowerBound: false, addendumUrls: [] },
    ...given,
  };
  await db.insert(agreements).values(row);
  if (row.firstListedAt != null) {
    const unlistedAt = row.unlistedAt ?? null;
    await db
      .insert(listings)
      .values({ agreementId: row.id, kind: 'PARTICIPATING', listedAt: row.firstListedAt, unlistedAt });
  }
  return row.id;
}

/** An accepted list of participating agencies. Answers its number. */
export async function putSnapshot(
  db: Database,
  publishedAt: string,
  given: Given<typeof snapshots> = {},
): Promise<{ id: string; number: number }> {
  const row = {
    ...{ id: uuidOf(`snapshot ${publishedAt} ${given.fileName ?? ''}`), kind: 'PARTICIPATING' as const },
    ...{ status: 'ACCEPTED' as const, publishedAt: new Date(publishedAt), publishedAtBasis: 'FILE_NAME' as const },
    ...{ ingestedAt: new Date('2026-03-01T00:00:00Z'), fileName: `${publishedAt.slice(0, 10)}.xlsx` },
    ...{ sha256: 'a'.repeat(64), tableHash: `table ${publishedAt} ${given.fileName ?? ''}`, origin: 'FILE' as const },
    ...{ worksheet: 'Sheet1', columns: ['STATE'], rowCount: 0, hiddenRowCount: 0, issueCount: 0 },
    ...{ holdReasons: [], backfill: true },
    ...given,
  };
  const [stored] = await db.insert(snapshots).values(row).returning({ number: snapshots.number });
  if (stored === undefined) throw new Error('The list was not stored.');
  return { id: row.id, number: stored.number };
}

/** A printed row on a list: the name and the model are all that matters. */
export async function putRow(
  db: Database,
  list: { number: number },
  rowNumber: number,
  given: Given<typeof sourceRows>,
): Promise<void> {
  const cells = [{ column: 'LAW ENFORCEMENT AGENCY', text: given.agencyName ?? '', link: null }];
  const hash = JSON.stringify([given.agencyName, given.model, given.signedOn]);
  const row = { hash, cells, corrections: [], placeCode: 'TX', model: 'TASK_FORCE' as const, ...given };
  await db.insert(sourceRows).values(row).onConflictDoNothing();
  await db.execute(sql`insert into ${snapshotRows} (snapshot_number, row_number, source_row_id, hidden)
    select ${list.number}, ${rowNumber}, id, false from ${sourceRows} where hash = ${hash}`);
}

export async function putIssue(db: Database, list: { number: number }, ordinal: number): Promise<void> {
  const issue = { rowNumber: ordinal + 1, column: 'SIGNED', code: 'UNREADABLE_DATE' as const, printed: 'n/a' };
  await db.insert(rowIssues).values({ snapshotNumber: list.number, ordinal, ...issue, reason: 'Not a date.' });
}

/** The next event of the log, about an agency unless a subject is given. */
export async function putEvent(
  db: Database,
  given: Given<typeof ledgerEvents> & ({ agencyId: string } | { subjectId: string }),
): Promise<bigint> {
  const [counted] = await db
    .update(ledger)
    .set({ lastSequence: sql`last_sequence + 1`, revision: sql`revision + 1` })
    .returning({ sequence: ledger.lastSequence });
  if (counted === undefined) throw new Error('The ledger has no row that numbers it.');
  await db.insert(ledgerEvents).values({
    ...{ sequence: counted.sequence, id: uuidOf(`event ${counted.sequence}`), kind: 'AGREEMENT_ADDED' },
    ...{ causeKind: 'SNAPSHOT', causeId: 'list', subjectId: given.agencyId ?? '', ordinal: 1, placeCode: 'TX' },
    ...{ occurredAt: new Date('2025-03-03T17:00:00Z'), recordedAt: new Date('2026-03-01T00:00:00Z') },
    ...{ backfill: false, provisional: false, summary: `Event ${counted.sequence}`, payload: {}, model: 'TASK_FORCE' },
    ...given,
  });
  return counted.sequence;
}

export async function putReviewItem(db: Database, name: string): Promise<string> {
  const id = uuidOf(`review ${name}`);
  await db.insert(reviewItems).values({
    ...{ id, kind: 'SIMILAR_NAMES', status: 'OPEN', placeCode: 'TX', leftKey: `${name} a`, rightKey: `${name} b` },
    ...{ raisedAt: new Date('2025-05-01T12:00:00Z') },
    evidence: {
      ...{ vanishedName: `${name} A`, newName: `${name} B`, model: 'TASK_FORCE', similarity: 0.85 },
      ...{ vanishedSignedOn: '2025-03-01', newSignedOn: null, sameMemorandum: false },
      publishedAt: '2025-05-01T12:00:00.000Z',
    },
  });
  return id;
}
