/** Lists that are held, judged again by what an operator does to a list before them. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, ingest } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { RowGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

/** Agencies whose names are nothing alike. */
const crowd: RowGiven[] = [...'abcdefghijklmnopqrst'].map((letter) => ({ agency: `${letter.repeat(9)} Police` }));

describe('the lists that are held after a list are judged again', () => {
  /** Eleven missing hold a list. */
  const some = (count: number): RowGiven[] => crowd.slice(0, count);
  const accepted = (...days: string[]) => ({
    accepted: days.map((day) => expect.objectContaining({ fileName: `${day}_participating.xlsx` })),
  });

  it('once it is withdrawn', async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    const { snapshotId } = await ingest(db, { on: '2025-03-02', rows: some(5) });
    await operations.release(snapshotId, 'a mistake');
    expect((await ingest(db, { on: '2025-03-03', rows: crowd })).status).toBe('HELD');
    const tried = await operations.withdraw(snapshotId, 'half a list', { dryRun: true });
    const withdrawn = await operations.withdraw(snapshotId, 'half a list');
    for (const change of [tried, withdrawn]) expect(change).toMatchObject(accepted('2025-03-03'));
    expect(await operations.lists('HELD', null)).toEqual([]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('once its withdrawal is revoked', async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    const { snapshotId } = await ingest(db, { on: '2025-03-02', rows: some(11) });
    const { decisionIds } = await operations.withdraw(snapshotId, 'a mistake');
    expect((await ingest(db, { on: '2025-03-03', rows: some(6) })).status).toBe('HELD');
    expect(await operations.revoke(decisionIds[0] ?? '', 'whole')).toMatchObject({
      ...{ ...accepted('2025-03-03'), events: { AGREEMENT_UNLISTED: 14 }, liveEvents: 14 },
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('once its release is revoked, but not the list itself, which nothing would hold now', async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    const { snapshotId } = await ingest(db, { on: '2025-03-02', rows: some(5) });
    const { decisionIds } = await operations.release(snapshotId, 'a mistake');
    const between = await ingest(db, { on: '2025-03-03', rows: some(5) });
    expect((await ingest(db, { on: '2025-03-04', rows: crowd })).status).toBe('HELD');
    expect((await operations.revoke(decisionIds[0] ?? '', 'half a list')).accepted).toEqual([]);
    const held = async () => (await operations.lists('HELD', null)).map(({ publishedAt }) => publishedAt.slice(0, 10));
    expect(await held()).toEqual(['2025-03-04', '2025-03-02']);
    expect(await operations.withdraw(between.snapshotId, 'half')).toMatchObject(accepted('2025-03-04'));
    expect(await held()).toEqual(['2025-03-02']);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('once it is of another time', async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    await ingest(db, { on: '2025-03-03', rows: crowd });
    const { snapshotId } = await ingest(db, { on: '2025-03-04', rows: some(11) });
    const { decisionIds } = await operations.redate(snapshotId, '2025-03-02T12:00:00Z', 'its workbook');
    expect((await ingest(db, { on: '2025-03-05', rows: some(6) })).status).toBe('HELD');
    expect(await operations.revoke(decisionIds[0] ?? '', 'its name')).toMatchObject(accepted('2025-03-05'));
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('once it is of another time itself, as long as that holds', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    await ingest(db, { on: '2025-03-01', rows: crowd });
    const { snapshotId } = await ingest(db, { on: inDays(125), rows: some(11) });
    const ahead = await operations.redate(snapshotId, '2006-06-01', 'a slip');
    expect(ahead).toMatchObject({
      ...{ accepted: [], events: {} },
      notes: [expect.stringMatching(/participating.xlsx is still held: It would be published on 2006-06-01; /)],
    });
    const redated = await operations.redate(snapshotId, '2025-03-02T12:00:00Z', 'its day');
    expect(redated).toMatchObject({
      ...{ accepted: [{ id: snapshotId }], notes: [], events: { AGREEMENT_UNLISTED: 9 }, liveEvents: 9 },
    });
    const again = await operations.redate(snapshotId, '2025-03-03T12:00:00Z', 'a day later');
    expect(await operations.lists('ACCEPTED', null)).toHaveLength(2);
    const withdrawn = await operations.withdraw(snapshotId, 'a try');
    await operations.revoke(withdrawn.decisionIds[0] ?? '', 'it counts');
    await operations.revoke(redated.decisionIds[0] ?? '', 'another holds');
    expect(await operations.lists('ACCEPTED', null)).toHaveLength(2);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    await operations.revoke(again.decisionIds[0] ?? '', 'not its day');
    expect(await operations.lists('HELD', null)).toMatchObject([
      { id: snapshotId, publishedAt: '2006-06-01T16:00:00.000Z', holdReasons: [{ rule: 'PUBLISHED_TOO_EARLY' }] },
    ]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('as a list is rejected they are not: nothing else is judged by that', async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    const first = await ingest(db, { on: '2025-03-02', rows: some(5) });
    await ingest(db, { on: '2025-03-03', rows: some(4) });
    const { accepted: none, decisionIds } = await operations.reject(first.snapshotId, 'cut off');
    expect(none).toEqual([]);
    expect((await operations.revoke(decisionIds[0] ?? '', 'no')).accepted).toEqual([]);
    expect(await operations.lists('HELD', null)).toHaveLength(2);
  });
});
