import { eq } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { decisions } from '../../../schema/tables/decisions.ts';
import { reviewItems } from '../../../schema/tables/reviews.ts';
import { snapshots } from '../../../schema/tables/snapshots.ts';
import { encodeId } from '../../../src/graphql/schema/global-id.ts';
import type { Applied } from '../../../src/ledger/apply/apply.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, identities, ingest, log, tell } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { RowGiven } from '../../support/lists/lists.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Agencies whose names are nothing alike. */
const crowd: RowGiven[] = [...letters].slice(0, 20).map((letter) => ({ agency: `${letter.repeat(9)} Police` }));

describe('a held list', () => {
  beforeEach(async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    await ingest(db, { on: '2025-03-02', rows: crowd.slice(0, 5) });
  });
  const ingestAgain = (): Promise<Applied> => ingest(db, { on: '2025-03-02', rows: crowd.slice(0, 5) });
  const heldId = async (): Promise<string> => (await ingestAgain()).snapshotId;

  it('is still held when it comes again, under its id and with its reasons, until a person decides', async () => {
    const again = await ingestAgain();
    expect(again).toMatchObject({ status: 'HELD', holdReasons: [{ rule: 'AGREEMENTS_MISSING' }] });
    await operations.reject(again.snapshotId, 'a filtered sheet');
    expect(await ingestAgain()).toMatchObject({ status: 'DUPLICATE', snapshotId: again.snapshotId });
  });

  it('is listed with the reasons, and by its verdict once a person decided', async () => {
    const [waiting, ...others] = await operations.lists('HELD', null);
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({
      ...{ status: 'HELD', kind: 'PARTICIPATING', fileName: '2025-03-02_participating.xlsx', rowCount: 5 },
      ...{ publishedAt: '2025-03-02T12:00:00.000Z', decidedAt: null, decidedReason: null },
      holdReasons: [{ rule: 'AGREEMENTS_MISSING', count: 15, limit: 10 }],
    });
    await operations.release(waiting?.id ?? '', 'checked');
    expect(await operations.lists('HELD', null)).toEqual([]);
    expect(await operations.lists('ACCEPTED', 'PARTICIPATING')).toMatchObject([
      { id: waiting?.id, decidedReason: 'checked', decidedAt: expect.any(String) },
      { publishedAt: '2025-03-01T12:00:00.000Z', decidedReason: null },
    ]);
    expect(await operations.lists(null, 'PENDING')).toEqual([]);
  });

  it('takes effect when it is released, as news, and is released once', async () => {
    const id = await heldId();
    const change = await operations.release(id, 'checked');
    expect(change).toMatchObject({ events: { AGREEMENT_UNLISTED: 15 }, liveEvents: 15 });
    expect(tell(await log(db)).filter((line) => line === 'AGREEMENT_UNLISTED live')).toHaveLength(15);
    await expect(operations.release(id, 'again')).rejects.toMatchObject({ code: 'NOT_HELD' });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('shows in a dry run what its release would change, and is held as before', async () => {
    const id = await heldId();
    const [before, told] = [await identities(db), await log(db)];
    const tried = await operations.release(id, 'checked', { dryRun: true });
    expect(await identities(db)).toEqual(before);
    expect(await log(db)).toEqual(told);
    expect(await operations.lists('HELD', null)).toMatchObject([{ id, decidedAt: null }]);
    const released = await operations.release(id, 'checked');
    expect(tried).toEqual({
      ...released,
      revision: String(Number(released.revision) - 1),
      decisionIds: [],
      plan: tried.plan,
    });
  });

  it('is what the lists held after it are judged by again, once it is released', async () => {
    const later = await ingest(db, { on: '2025-03-04', rows: crowd.slice(0, 4) });
    const last = await ingest(db, { on: '2025-03-05', rows: [] });
    expect([later.status, last.status]).toEqual(['HELD', 'HELD']);
    const report = await operations.release(await heldId(), 'checked');
    expect(report).toMatchObject({
      accepted: [{ id: later.snapshotId, fileName: '2025-03-04_participating.xlsx' }, { id: last.snapshotId }],
      ...{ events: { AGREEMENT_UNLISTED: 20 }, liveEvents: 20 },
    });
    expect(await operations.lists('HELD', null)).toEqual([]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('is no news when later lists were accepted in the meantime', async () => {
    await ingest(db, { on: '2025-03-03', rows: crowd });
    expect(await operations.release(await heldId(), 'checked')).toMatchObject({
      ...{ events: { AGREEMENT_UNLISTED: 15, AGREEMENT_RESTORED: 15 }, liveEvents: 0 },
    });
    // What is told in sum is the first list.
    expect(tell(await log(db)).filter((line) => line.endsWith('live'))).toEqual(['HISTORY_CHANGED live']);
  });

  it('takes effect as history by the word of the operator, and the next list is news', async () => {
    const id = await heldId();
    expect(await operations.release(id, 'checked', { backfill: true })).toMatchObject({
      ...{ events: { AGREEMENT_UNLISTED: 15, HISTORY_CHANGED: 1 }, liveEvents: 1 },
    });
    const [stored] = await db.select({ backfill: snapshots.backfill }).from(snapshots).where(eq(snapshots.id, id));
    expect(stored).toEqual({ backfill: true });
    const live = async (): Promise<string[]> => tell(await log(db)).filter((line) => line.endsWith('live'));
    expect(await live()).toEqual(['HISTORY_CHANGED live', 'HISTORY_CHANGED live']);
    await ingest(db, { on: '2025-03-03', rows: crowd.slice(0, 4) });
    expect((await live()).slice(2)).toEqual(['AGREEMENT_UNLISTED live']);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('changes nothing when it is rejected', async () => {
    const before = await conclusions(db);
    await operations.reject(await heldId(), 'a filtered sheet');
    expect(await conclusions(db)).toEqual(before);
    await expect(operations.reject(await heldId(), 'again')).rejects.toMatchObject({ code: 'NOT_HELD' });
  });

  it('is named by its id as the API prints it', async () => {
    const { events } = await operations.release(encodeId('snapshot', await heldId()), 'checked');
    expect(events).toEqual({ AGREEMENT_UNLISTED: 15 });
  });

  it('is named by its id, and nothing else', async () => {
    const id = await heldId();
    const review = operations.release(`review_${id}`, 'why');
    await expect(review).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('There is no list'),
    });
    for (const wrong of ['no-id', '-'.repeat(36), `snapshot_${id.slice(1)}`]) {
      await expect(operations.release(wrong, 'why')).rejects.toMatchObject({
        ...{ code: 'BAD_ARGUMENT', message: `"${wrong}" is not the id of a list.` },
      });
    }
    const unknown = '00000000-0000-4000-8000-000000000000';
    await expect(operations.reject(unknown, 'why')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a review item', () => {
  beforeEach(async () => {
    await ingest(db, { on: '2025-05-11', rows: [{ agency: 'Other Marshal' }, { agency: 'Brookfield Police' }] });
    await ingest(db, { on: '2025-05-12', rows: [{ agency: 'Other Marshal' }, { agency: 'Brookford Police Dept.' }] });
  });

  it('is raised with its evidence', async () => {
    expect(await operations.reviews('OPEN')).toMatchObject([
      {
        ...{ kind: 'SIMILAR_NAMES', leftKey: 'brookfield police', rightKey: 'brookford police', decision: null },
        evidence: {
          ...{ similarity: 0.824, sameMemorandum: false, newSignedOn: '2025-03-01', vanishedStillListed: false },
          ...{ vanishedName: 'Brookfield Police', newName: 'Brookford Police Dept.' },
          ...{ vanishedKey: 'brookfield police', newKey: 'brookford police' },
        },
      },
    ]);
  });

  it.each(['SAME_AGENCY', 'DIFFERENT_AGENCIES'] as const)(
    'from before printed names were stored is decided as %s alike',
    async (verdict) => {
      const [item] = await operations.reviews('OPEN');
      if (!item) throw new Error('nobody was asked');
      const { vanishedKey, newKey, vanishedStillListed: _unknown, ...evidence } = item.evidence;
      const older = { ...evidence, vanishedName: vanishedKey ?? '', newName: newKey ?? '' };
      await db.update(reviewItems).set({ evidence: older });
      await operations.decide(item.id, verdict, 'a person knows');
      const [decided] = await operations.reviews('DECIDED');
      expect(decided).toMatchObject({ evidence: older, decision: { kind: verdict, reason: 'a person knows' } });
      expect(await db.select().from(decisions)).toMatchObject([
        { leftKeys: ['brookfield police'], rightKeys: ['brookford police'] },
      ]);
    },
  );

  it('decided as the same: both alerts are retracted, the agency has both names, and its id stays', async () => {
    const [item] = await operations.reviews('OPEN');
    const change = await operations.decide(item?.id ?? '', 'SAME_AGENCY', 'a misspelling');
    expect(change.events).toEqual({ EVENT_RETRACTED: 2, AGENCY_MERGED: 1 });
    expect(tell(await log(db)).slice(-3)).toEqual([
      ...['EVENT_RETRACTED live', 'EVENT_RETRACTED live', 'AGENCY_MERGED live'],
    ]);
    expect(await conclusions(db)).toMatchObject({
      agreements: [{ key: 'brookfield police', status: 'ACTIVE' }, { key: 'other marshal' }],
    });
    await expect(operations.decide(item?.id ?? '', 'SAME_AGENCY', 'again')).rejects.toMatchObject({
      code: 'ALREADY_DECIDED',
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('decided and revoked: everything is as before, ids included', async () => {
    const before = await identities(db);
    const [item] = await operations.reviews('OPEN');
    await operations.decide(item?.id ?? '', 'SAME_AGENCY', 'a misspelling');
    const [decided] = await operations.reviews('DECIDED');
    await operations.revoke(decided?.decision?.id ?? '', 'they are two');
    expect(await identities(db)).toEqual(before);
    expect(await operations.reviews('OPEN')).toHaveLength(1);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    const lines = await log(db);
    const standing = lines.filter(
      ({ id, kind }) => kind !== 'EVENT_RETRACTED' && !lines.some(({ retracts }) => retracts === id),
    );
    expect(standing.map(({ kind }) => kind).sort()).toEqual([
      ...['AGREEMENT_ADDED', 'AGREEMENT_ADDED', 'AGREEMENT_ADDED', 'AGREEMENT_CORRECTED', 'AGREEMENT_UNLISTED'],
      ...['HISTORY_CHANGED'],
    ]);
    // What stands again is no addition: nobody is alerted twice.
    expect(lines.filter(({ kind, backfill }) => kind === 'AGREEMENT_ADDED' && !backfill)).toHaveLength(1);
  });

  it('and its decision are named by their ids as the API prints them', async () => {
    const [item] = await operations.reviews('OPEN');
    await operations.decide(encodeId('review', item?.id ?? ''), 'SAME_AGENCY', 'a misspelling');
    await expect(operations.decide(item?.id ?? '', 'SAME_AGENCY', 'again')).rejects.toMatchObject({
      message: expect.stringContaining('revoke its decision'),
    });
    const [decided] = await operations.reviews('DECIDED');
    await operations.revoke(`decision_${decided?.decision?.id}`, 'they are two');
    expect(await operations.reviews('OPEN')).toHaveLength(1);
  });

  it('decided as different: nothing changes, and nobody is asked again', async () => {
    const before = await conclusions(db);
    const [item] = await operations.reviews('OPEN');
    expect((await operations.decide(item?.id ?? '', 'DIFFERENT_AGENCIES', 'two towns')).events).toEqual({});
    expect(await conclusions(db)).toEqual(before);
    expect(await operations.reviews('OPEN')).toEqual([]);
  });
});

describe('agencies', () => {
  beforeEach(async () => {
    await ingest(db, {
      on: '2025-03-01',
      rows: [{ agency: 'Alpha Marshal' }, { agency: 'Zulu Constable', signed: '2025-02-01' }],
    });
    await ingest(db, {
      on: '2025-03-02',
      rows: [{ agency: 'Alpha Marshal' }, { agency: 'Zulu Constables', signed: '2025-02-01' }],
    });
  });

  it('are merged: the first survives, the other answers with it', async () => {
    await operations.merge('tx-zulu-constable', 'tx-alpha-marshal', 'one office');
    expect(await conclusions(db)).toMatchObject({ agreements: [{ key: 'zulu constable', signed_on: '2025-03-01' }] });
    await expect(operations.merge('tx-zulu-constable', 'tx-alpha-marshal', 'again')).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
  });

  it('are named by their names too, where no other agency has them', async () => {
    const rows = [{ agency: 'Alpha Marshal' }, { agency: 'Zulu Constables', signed: '2025-02-01' }];
    await ingest(db, { on: '2025-03-03', rows: [...rows, { state: 'FL', agency: 'Alpha Marshal' }] });
    await expect(operations.merge('Zulu Constables', 'alpha marshal', 'one office')).rejects.toMatchObject({
      message:
        'Several agencies have the name "alpha marshal"; give the slug of one: fl-alpha-marshal, tx-alpha-marshal.',
    });
    await expect(operations.rename('Nobody Police', 'Somebody', 'why')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await operations.merge('Zulu Constables', 'tx-alpha-marshal', 'one office');
    expect(await conclusions(db)).toMatchObject({ agreements: [{ key: 'alpha marshal' }, { key: 'zulu constable' }] });
  });

  it('are apart again when the decision that a merge reports is revoked; it stays on record', async () => {
    const before = await identities(db);
    const merged = await operations.merge('tx-zulu-constable', 'tx-alpha-marshal', 'one office');
    const [id = ''] = merged.decisionIds;
    expect(await operations.decisions()).toMatchObject([
      {
        ...{ id, kind: 'SAME_AGENCY', placeCode: 'TX', reason: 'one office', reviewItemId: null, revokedAt: null },
        ...{ leftKeys: ['zulu constable', 'zulu constables'], rightKeys: ['alpha marshal'] },
      },
    ]);
    await operations.revoke(id, 'two offices');
    expect(await identities(db)).toEqual(before);
    expect(await operations.decisions()).toMatchObject([
      { id, revokedAt: expect.any(String), revokedReason: 'two offices' },
    ]);
  });

  it('are still one where a later merger joins what a revoked one did, and the answer names it', async () => {
    const rows = ['Alpha Marshal', 'Yankee Police', 'Xray Wardens'].map((agency) => ({ agency }));
    await ingest(db, { on: '2025-03-03', rows });
    const first = await operations.merge('tx-zulu-constable', 'tx-alpha-marshal', 'one');
    const second = await operations.merge('tx-yankee-police', 'tx-xray-wardens', 'one');
    const third = await operations.merge('tx-zulu-constable', 'tx-yankee-police', 'one');
    for (const [{ decisionIds }, pair] of [
      [first, '"zulu constable" and "alpha marshal"'],
      [second, '"yankee police" and "xray wardens"'],
    ] as const) {
      expect(await operations.revoke(decisionIds[0] ?? '', 'two')).toMatchObject({
        ...{ events: {}, notes: [`${pair} are still one agency by decision ${third.decisionIds[0]}.`] },
      });
    }
    expect((await operations.revoke(third.decisionIds[0] ?? '', 'two')).notes).toEqual([]);
  });

  it('are merged without a word about what was signed long ago, and the event names the survivor', async () => {
    const addendum = 'https://example.org/addendum.pdf';
    const rows = [
      { agency: 'Alpha Marshal' },
      { agency: 'Yankee Police', model: 'JAIL_ENFORCEMENT' as const, addendum },
    ];
    await ingest(db, { on: '2025-03-03', rows });
    await ingest(db, { on: '2025-03-04', rows }, true);
    const told = (await log(db)).length;
    await operations.merge('tx-alpha-marshal', 'tx-yankee-police', 'one office');
    const news = (await log(db)).slice(told);
    // The agreement keeps its id, and is told as the other agency's.
    expect(tell(news)).toEqual(['AGENCY_MERGED live', 'AGREEMENT_CORRECTED live']);
    expect(news.find(({ kind }) => kind === 'AGENCY_MERGED')?.summary).toBe(
      'Yankee Police (Texas): the same agency as Alpha Marshal, which answers for both from now on.',
    );
    expect(news.find(({ kind }) => kind === 'AGREEMENT_CORRECTED')?.summary).toBe(
      'Alpha Marshal (Texas): jail enforcement agreement corrected: agency from Yankee Police to Alpha Marshal.',
    );
  });

  it('are split by printed names, and the parted name founds an agency of its own', async () => {
    await operations.split('tx-zulu-constable', ['Zulu Constables'], 'two offices');
    expect(await conclusions(db)).toMatchObject({
      agreements: [
        { key: 'alpha marshal', status: 'ACTIVE' },
        { key: 'zulu constable', status: 'UNLISTED' },
        { key: 'zulu constables', status: 'ACTIVE' },
      ],
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('are not split by a name that they do not have, nor from the name that made them', async () => {
    await expect(operations.split('tx-zulu-constable', ['Yankee'], 'why')).rejects.toMatchObject({
      message: expect.stringContaining('"Yankee" is not a name of tx-zulu-constable'),
    });
    await expect(operations.split('tx-zulu-constable', ['Zulu Constable'], 'why')).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
    });
  });
});
