/** A small ledger with a bit of everything, put straight into a database: what tests of the API ask about. */
import type { Database } from '../../../src/database/database.ts';
import { inTransaction } from '../../../src/database/transaction.ts';
import { recount } from '../../../src/ledger/apply/places/keep-counts.ts';
import {
  putAgency,
  putAgreement,
  putEvent,
  putIssue,
  putReviewItem,
  putRow,
  putSnapshot,
  uuidOf,
} from '../../support/databases/builders.ts';

export async function fillSmallLedger(db: Database): Promise<void> {
  const first = await putSnapshot(db, '2025-03-03T17:00:00Z');
  const second = await putSnapshot(db, '2025-04-01T16:00:00Z');
  const held = await putSnapshot(db, '2025-04-02T16:00:00Z', {
    status: 'HELD',
    holdReasons: [{ rule: 'AGREEMENTS_MISSING', count: 50, limit: 10, place: null, message: 'Too many are missing.' }],
  });
  await putSnapshot(db, '2025-03-04T16:00:00Z', { kind: 'PENDING' });
  const rejection = { code: 'NOT_A_LIST', message: 'No known header.' };
  await putSnapshot(db, '2025-04-03T16:00:00Z', { kind: null, status: 'REJECTED', rejection, tableHash: null });
  const bay = await putAgency(db, 'Bay County Sheriff', { placeCode: 'FL', countyFips: '12005' });
  const miami = await putAgency(db, 'Miami-Dade County Sheriff', { placeCode: 'FL', countyFips: '12086' });
  const melbourne = await putAgency(db, 'Melbourne Police', { placeCode: 'FL', type: 'MUNICIPALITY' });
  const dallas = await putAgency(db, 'Dallas Police', { type: null, typePrinted: null });
  const gone = await putAgency(db, 'Dalas Police', { mergedInto: dallas });
  const taskForce = await putAgreement(db, 'bay task force', bay, {
    placeCode: 'FL',
    memorandumUrl: 'https://www.ice.gov/moa.pdf',
  });
  const old = await putAgreement(db, 'bay old', bay, {
    ...{ placeCode: 'FL', model: 'JAIL_ENFORCEMENT', status: 'SUPERSEDED', signedOn: '2019-06-01' },
    unlistedAt: new Date('2025-04-01T16:00:00Z'),
  });
  const renewed = await putAgreement(db, 'bay renewed', bay, {
    ...{ placeCode: 'FL', model: 'JAIL_ENFORCEMENT', ordinal: 2, signedOn: null, signedPrinted: null, supersedes: old },
    addendumUrls: ['https://www.ice.gov/addendum.pdf'],
  });
  await putAgreement(db, 'miami', miami, { placeCode: 'FL', model: 'WARRANT_SERVICE_OFFICER', signedOn: '2025-03-30' });
  await putAgreement(db, 'melbourne', melbourne, {
    ...{ placeCode: 'FL', status: 'PENDING', signedOn: null, firstListedAt: null },
    pendingFirstListedAt: new Date('2025-03-04T16:00:00Z'),
  });
  await putAgreement(db, 'dallas', dallas, {
    ...{ status: 'ENDED', endedOn: '2025-04-01', unlistedAt: new Date('2025-04-01T16:00:00Z') },
    lastListedAt: new Date('2025-03-03T17:00:00Z'),
  });
  for (const list of [first, second, held]) {
    const row = { placeCode: 'FL', agencyName: "Bay County Sheriff's Office", nameKey: 'bay-county-sheriff' };
    await putRow(db, list, 2, row);
    await putRow(db, list, 3, { ...row, agencyName: 'BAY COUNTY SHERIFF', model: 'JAIL_ENFORCEMENT' });
    await putIssue(db, list, 1);
  }
  const about = { agencyId: bay, placeCode: 'FL', snapshotNumber: first.number };
  const added = await putEvent(db, { ...about, agreementId: taskForce, backfill: true });
  const changes = [{ field: 'signedOn', before: '2025-03-02', after: '2025-03-01', rule: 'WITHIN_60_DAYS' }];
  await putEvent(db, { ...about, agreementId: taskForce, kind: 'AGREEMENT_CORRECTED', payload: { changes } });
  const superseded = { agreementId: old, kind: 'AGREEMENT_SUPERSEDED' as const, payload: { successorId: renewed } };
  await putEvent(db, { ...about, ...superseded, snapshotNumber: second.number });
  await putEvent(db, {
    ...about,
    agreementId: taskForce,
    kind: 'MEMORANDUM_POSTED',
    payload: { url: 'https://www.ice.gov/moa.pdf' },
  });
  await putEvent(db, { agencyId: gone, kind: 'AGENCY_MERGED', payload: { successorId: dallas }, model: null });
  await putEvent(db, { agencyId: gone, agreementId: uuidOf('nothing'), kind: 'AGREEMENT_UNLISTED', provisional: true });
  await putEvent(db, {
    ...{ ...about, agreementId: taskForce, kind: 'EVENT_RETRACTED', retracts: uuidOf(`event ${added}`) },
    payload: { retractedKind: 'AGREEMENT_ADDED', reason: 'The list was rejected.' },
  });
  await putReviewItem(db, 'dallas');
  await inTransaction(db, recount);
}
