/** Every word of an operator can be taken back: what follows from it then is what follows without it. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { decisions } from '../../../schema/tables/decisions.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, identities, ingest, log, tell } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import type { RowGiven } from '../../support/lists/lists.ts';
import { asOperator, openApi } from '../graphql/api.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Agencies whose names are nothing alike. */
const crowd: RowGiven[] = [...letters].slice(0, 20).map((letter) => ({ agency: `${letter.repeat(9)} Police` }));
const alpha: RowGiven = { agency: 'Alpha Marshal' };
const zulu: RowGiven = { agency: 'Zulu Constable' };

const listId = async (day: string): Promise<string> => {
  const lists = await operations.lists(null, null);
  return lists.find(({ publishedAt }) => publishedAt.startsWith(day))?.id ?? '';
};

describe('an accepted list', () => {
  beforeEach(async () => {
    await ingest(db, { on: '2025-03-01', rows: [alpha] });
  });

  it('withdrawn never counted: its news is retracted, its rows stay, and the file is a duplicate', async () => {
    const before = await conclusions(db);
    await ingest(db, { on: '2025-03-02', rows: [alpha, zulu] });
    const id = await listId('2025-03-02');
    const change = await operations.withdraw(id, 'not of ICE');
    expect(change.events).toEqual({ EVENT_RETRACTED: 1 });
    expect(tell(await log(db)).at(-1)).toBe('EVENT_RETRACTED live');
    expect((await log(db)).at(-1)?.summary).toContain('was withdrawn: not of ICE');
    expect(await conclusions(db)).toEqual(before);
    expect(await operations.lists('WITHDRAWN', null)).toMatchObject([
      { id, rowCount: 2, decidedReason: 'not of ICE', decisions: [{ kind: 'WITHDRAWAL', id: change.decisionIds[0] }] },
    ]);
    expect(await ingest(db, { on: '2025-03-02', rows: [alpha, zulu] })).toMatchObject({
      ...{ status: 'DUPLICATE', snapshotId: id },
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('withdrawn and back: everything as before, and its news is told again', async () => {
    await ingest(db, { on: '2025-03-02', rows: [alpha, zulu] });
    const before = await identities(db);
    const { decisionIds } = await operations.withdraw(await listId('2025-03-02'), 'not of ICE');
    const back = await operations.revoke(decisionIds[0] ?? '', 'of ICE after all');
    expect(back).toMatchObject({ events: { AGREEMENT_ADDED: 1 }, liveEvents: 1 });
    expect(await identities(db)).toEqual(before);
    expect(await operations.lists('ACCEPTED', null)).toMatchObject([{ decisions: [], decidedAt: null }, {}]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('withdrawn as the first of its kind hands on its place, and the next one is the first', async () => {
    await ingest(db, { on: '2025-03-02', rows: [alpha, zulu] });
    await operations.withdraw(await listId('2025-03-01'), 'of last year');
    const rows = await selectRecords(
      db,
      sql`select first_listed_is_lower_bound as first from agreements where derived`,
    );
    expect(rows).toEqual([{ first: true }, { first: true }]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('withdrawn takes an agency along; its id answers with the agency that comes to bear its name', async () => {
    const bravo = { agency: 'Bravo County Sheriff', memorandum: 'https://example.org/a.pdf' };
    await ingest(db, { on: '2025-03-02', rows: [alpha, bravo] });
    await ingest(db, { on: '2025-03-03', rows: [alpha, bravo, zulu] });
    await operations.withdraw(await listId('2025-03-03'), 'not of ICE');
    await ingest(db, { on: '2025-03-04', rows: [alpha, { ...bravo, agency: 'Zulu Constable' }] });
    const answers = await selectRecords(
      db,
      sql`select gone.key, heir.key as heir from agencies gone left join agencies heir on heir.id = gone.merged_into
        where not gone.derived`,
    );
    expect(answers).toEqual([{ key: 'zulu constable', heir: 'bravo county sheriff' }]);
    const before = await identities(db);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    expect(await identities(db)).toEqual(before);
  });

  it('is withdrawn once, and only where it is accepted', async () => {
    const id = await listId('2025-03-01');
    await operations.withdraw(id, 'not of ICE');
    await expect(operations.withdraw(id, 'again')).rejects.toMatchObject({ code: 'NOT_ACCEPTED' });
    await expect(operations.redate(id, '2025-02-01', 'why')).rejects.toMatchObject({
      message: expect.stringContaining('is WITHDRAWN, not accepted or held'),
    });
  });

  it('re-dated is a list of that time, its events too; the same posting is a duplicate', async () => {
    await ingest(db, { on: '2025-03-03', rows: [alpha, zulu] });
    await ingest(db, { on: '2025-03-10', rows: [alpha] });
    const id = await listId('2025-03-10');
    const before = await identities(db);
    const change = await operations.redate(id, '2025-03-02T12:00:00Z', 'its workbook says so');
    // Zulu was never off a list: it is listed from the third on, and nothing is said of it today but that.
    expect(await conclusions(db)).toMatchObject({
      agreements: [{ key: 'alpha marshal' }, { key: 'zulu constable', status: 'ACTIVE', unlisted_at: null }],
    });
    expect(tell(await log(db)).at(-1)).toBe('EVENT_RETRACTED live');
    expect(await operations.lists('ACCEPTED', null)).toMatchObject([
      {},
      { id, publishedAt: '2025-03-02T12:00:00.000Z', decidedReason: 'its workbook says so' },
      {},
    ]);
    expect(await ingest(db, { on: '2025-03-10', rows: [alpha] })).toMatchObject({
      status: 'DUPLICATE',
      snapshotId: id,
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    await operations.revoke(change.decisionIds[0] ?? '', 'the file name is right');
    expect(await identities(db)).toEqual(before);
    expect(await operations.lists('ACCEPTED', null)).toMatchObject([
      { id, publishedAt: '2025-03-10T12:00:00.000Z' },
      {},
      {},
    ]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('re-dated twice has the later time, and the former one when that is revoked', async () => {
    const id = await listId('2025-03-01');
    await operations.redate(id, '2025-02-20T12:00:00Z', 'one');
    const second = await operations.redate(id, '2025-02-10T12:00:00Z', 'two');
    const [{ id: first } = { id: '' }] = (await operations.decisions()).filter(({ reason }) => reason === 'one');
    const publishedAt = async (): Promise<unknown> => (await operations.lists(null, null))[0]?.publishedAt;
    expect(await publishedAt()).toBe('2025-02-10T12:00:00.000Z');
    await operations.revoke(second.decisionIds[0] ?? '', 'wrong');
    expect(await publishedAt()).toBe('2025-02-20T12:00:00.000Z');
    await operations.revoke(first, 'wrong');
    expect(await publishedAt()).toBe('2025-03-01T12:00:00.000Z');
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('is not re-dated to a day that no list may have yet, to its own time, nor to that of the same table', async () => {
    const id = await listId('2025-03-01');
    await ingest(db, { on: '2025-03-05', rows: [alpha] });
    const { snapshotId: signed } = await ingest(db, { on: '2025-03-06', rows: crowd.slice(0, 3) });
    const { snapshotId: pending } = await ingest(db, { kind: 'PENDING', on: '2025-03-06', rows: [alpha] });
    for (const [list, time, message] of [
      [id, '2999-01-01', 'more than 2 days in the future'],
      [id, '2025-03-01T12:00:00Z', 'then already'],
      [id, '2025-03-05T12:00:00Z', 'same table'],
      [id, 'yesterday', 'neither a day nor an instant'],
      [signed, '2024-03-06', 'not published on 2024-03-06: 3 of its rows are signed later'],
      [pending, '2006-03-06', 'no lists of that time'],
    ] as const) {
      const refusal = operations.redate(list, time, 'why');
      await expect(refusal).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: expect.stringContaining(message) });
    }
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect((await operations.redate(id, tomorrow, 'a clock that is off')).decisionIds).toHaveLength(1);
  });
});

describe('the API', () => {
  beforeEach(async () => {
    for (const day of ['01', '02']) await ingest(db, { on: `2025-03-${day}`, rows: [{ agency: `${day} Police` }] });
  });

  it('shows that a list was withdrawn and why, its rows to operators alone, and counts without it', async () => {
    await using api = await openApi(database);
    await operations.withdraw(await listId('2025-03-02'), 'not of ICE');
    const query = `{ statistics { agreements asPrinted { agreements } }
      snapshots(filter: { statuses: [WITHDRAWN] }) { nodes { status decidedReason decidedAt statistics { agreements } rows { totalCount } } } }`;
    const list = { status: 'WITHDRAWN', decidedReason: 'not of ICE', decidedAt: expect.any(String), statistics: null };
    const statistics = { agreements: 1, asPrinted: { agreements: 1 } };
    const nodes = (rows: unknown) => ({ statistics, snapshots: { nodes: [{ ...list, rows }] } });
    expect((await api.ask(query)).data).toEqual(nodes(null));
    expect((await api.ask(query, null, asOperator)).data).toEqual(nodes({ totalCount: 1 }));
  });

  it('shows of a re-dated list the time that an operator gave it', async () => {
    await using api = await openApi(database);
    const { decisionIds } = await operations.redate(await listId('2025-03-02'), '2025-02-20T17:00:00Z', 'its workbook');
    const query = '{ snapshots(last: 1) { nodes { publishedAt publishedAtBasis decidedReason } } }';
    const given = { publishedAt: '2025-02-20T17:00:00.000Z', publishedAtBasis: 'GIVEN', decidedReason: 'its workbook' };
    expect((await api.ask(query)).data).toEqual({ snapshots: { nodes: [given] } });
    await operations.revoke(decisionIds[0] ?? '', 'no');
    const former = { publishedAt: '2025-03-02T12:00:00.000Z', publishedAtBasis: 'FILE_NAME', decidedReason: null };
    const newest = await api.ask('{ snapshots(first: 1) { nodes { publishedAt publishedAtBasis decidedReason } } }');
    expect(newest.data).toEqual({ snapshots: { nodes: [former] } });
  });

  it('answers for an agency by the slugs of all names that it went by', async () => {
    await using api = await openApi(database);
    await operations.rename('tx-02-police', 'Second Police', 'its own name');
    for (const slug of ['tx-02-police', 'tx-second-police']) {
      const { data } = await api.ask(`{ agency(slug: "${slug}") { name slug printedNames } }`);
      expect(data).toEqual({
        agency: { name: 'Second Police', slug: 'tx-second-police', printedNames: ['02 Police'] },
      });
    }
  });
});

describe('the word on a held list', () => {
  beforeEach(async () => {
    await ingest(db, { on: '2025-03-01', rows: crowd });
    await ingest(db, { on: '2025-03-02', rows: crowd.slice(0, 5) });
  });

  it('of a release is taken back: the list is held again, what it changed is retracted, and it can be released again', async () => {
    const id = await listId('2025-03-02');
    const before = await conclusions(db);
    const release = await operations.release(id, 'checked');
    const revoked = await operations.revoke(release.decisionIds[0] ?? '', 'half a list');
    expect(revoked).toMatchObject({ events: { EVENT_RETRACTED: 15 }, liveEvents: 15 });
    expect(await conclusions(db)).toEqual(before);
    expect(await operations.lists('HELD', null)).toMatchObject([
      { id, decidedAt: null, decisions: [], holdReasons: [{ rule: 'AGREEMENTS_MISSING' }] },
    ]);
    expect(await operations.release(id, 'checked', { backfill: true })).toMatchObject({ liveEvents: 1 });
    const [again] = await operations.decisions();
    await operations.revoke(again?.id ?? '', 'half a list');
    expect(await operations.release(id, 'checked', { backfill: true })).toMatchObject({ liveEvents: 1 });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('of a rejection is taken back: the list waits again', async () => {
    const id = await listId('2025-03-02');
    const { decisionIds } = await operations.reject(id, 'cut off');
    expect(await operations.lists('REJECTED', null)).toMatchObject([{ id, decidedReason: 'cut off' }]);
    await expect(operations.release(id, 'checked')).rejects.toMatchObject({
      message: `The list 2025-03-02_participating.xlsx is REJECTED, not held: "accord287 revoke ${decisionIds[0]}" takes that back.`,
    });
    await operations.revoke(decisionIds[0] ?? '', 'whole after all');
    expect(await operations.lists('HELD', null)).toMatchObject([{ id, rejection: null, decidedReason: null }]);
    await expect(operations.withdraw(id, 'cut off')).rejects.toMatchObject({
      message: expect.stringContaining(
        `is HELD, not accepted: "accord287 reject ${id}" keeps it out, "accord287 release`,
      ),
    });
    await expect(operations.reject(await listId('2025-03-01'), 'cut off')).rejects.toMatchObject({
      message: expect.stringMatching(/ is ACCEPTED, not held: "accord287 withdraw \S{36}" takes it out\.$/),
    });
    await expect(operations.revoke(decisionIds[0] ?? '', 'again')).rejects.toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await operations.decisions()).toMatchObject([
      { kind: 'REJECTION', list: { id }, revokedAt: expect.any(String), revokedReason: 'whole after all' },
    ]);
  });

  it('may be a time first: it is held at that, and takes effect there once it is released', async () => {
    await ingest(db, { on: '2025-03-03', rows: crowd });
    const id = await listId('2025-03-02');
    expect(await operations.redate(id, '2025-03-05T12:00:00Z', 'a wrong name')).toMatchObject({ events: {} });
    expect(await operations.lists('HELD', null)).toMatchObject([{ id, publishedAt: '2025-03-05T12:00:00.000Z' }]);
    expect(await operations.release(id, 'checked')).toMatchObject({
      events: { AGREEMENT_UNLISTED: 15 },
      liveEvents: 15,
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('of a withdrawal stands where the release before it is revoked, and then the list is held', async () => {
    const id = await listId('2025-03-02');
    const release = await operations.release(id, 'checked');
    const withdrawal = await operations.withdraw(id, 'half a list');
    await operations.revoke(release.decisionIds[0] ?? '', 'half a list');
    expect(await operations.lists('WITHDRAWN', null)).toMatchObject([{ id }]);
    await operations.revoke(withdrawal.decisionIds[0] ?? '', 'enough');
    expect(await operations.lists('HELD', null)).toMatchObject([{ id }]);
  });

  it('is tried out first, agreement by agreement', async () => {
    const id = await listId('2025-03-02');
    const tried = await operations.release(id, 'checked', { dryRun: true });
    expect(tried.plan?.renamed).toEqual([]);
    expect(tried.plan?.agreements).toHaveLength(15);
    const left = {
      ...{ change: 'UNLISTED', state: 'TX', agency: 'fffffffff Police', model: 'TASK_FORCE' },
      fields: [{ field: 'status', before: 'ACTIVE', after: 'UNLISTED' }],
    };
    expect(tried.plan?.agreements[0]).toMatchObject(left);
    expect(await operations.diff(id.slice(0, 8))).toMatchObject({ id, status: 'HELD', plan: tried.plan });
    const { decisionIds } = await operations.release(id, 'checked');
    expect(await operations.diff(id)).toMatchObject({ status: 'ACCEPTED', plan: tried.plan });
    const back = await operations.revoke(decisionIds[0] ?? '', 'half a list', { dryRun: true });
    expect(back.plan?.agreements[0]).toMatchObject({ change: 'RESTORED', agency: 'fffffffff Police' });
    const withdrawn = await operations.withdraw(id, 'half a list', { dryRun: true });
    expect(withdrawn.plan).toEqual(back.plan);
    const redated = await operations.redate(id, '2025-03-01T06:00:00Z', 'a day early', { dryRun: true });
    expect(redated.plan?.agreements.filter(({ change }) => change === 'RESTORED')).toHaveLength(15);
    expect(await db.select({ revokedAt: decisions.revokedAt }).from(decisions)).toEqual([{ revokedAt: null }]);
    expect(await operations.lists('ACCEPTED', null)).toHaveLength(2);
  });
});

describe('an agency', () => {
  const named = () =>
    selectRecords<{ name: string; slug: string }>(db, sql`select name, slug from agencies where derived order by slug`);
  beforeEach(async () => {
    await ingest(db, { on: '2025-03-01', rows: [alpha, zulu] });
  });

  it('goes by the name that an operator gives it, whatever lists print, and its old slug answers', async () => {
    const change = await operations.rename('tx-zulu-constable', 'Zoo Land Constable', 'its own name');
    expect(change).toMatchObject({ events: { AGENCY_RENAMED: 1 }, liveEvents: 1 });
    expect((await log(db)).at(-1)?.summary).toContain('renamed, name from Zulu Constable to Zoo Land Constable');
    const renamed = [
      { name: 'Alpha Marshal', slug: 'tx-alpha-marshal' },
      { name: 'Zoo Land Constable', slug: 'tx-zoo-land-constable' },
    ];
    expect(await named()).toEqual(renamed);
    // The old spelling, a paired one and the new name all mean it.
    const rows = [{ agency: 'Zulu Constable' }, { agency: 'Zulu Constables' }, { agency: 'Zoo Land Constable' }];
    for (const [index, row] of rows.entries()) await ingest(db, { on: `2025-03-0${2 + index}`, rows: [alpha, row] });
    expect(await named()).toEqual(renamed);
    expect((await log(db)).filter(({ kind }) => kind === 'AGREEMENT_ADDED')).toHaveLength(2);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
    const again = await operations.rename('tx-zulu-constable', 'Zoo Constable', 'shorter');
    expect((await named())[1]).toEqual({ name: 'Zoo Constable', slug: 'tx-zoo-constable' });
    await operations.revoke(again.decisionIds[0] ?? '', 'no');
    expect(await named()).toEqual(renamed);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('goes by the name of the lists again once that is revoked', async () => {
    const before = await identities(db);
    const { decisionIds } = await operations.rename('tx-zulu-constable', 'Zoo Land Constable', 'its own name');
    const tried = await operations.revoke(decisionIds[0] ?? '', 'a mistake', { dryRun: true });
    expect(tried.plan).toMatchObject({ agreements: [], renamed: [{ state: 'TX', after: 'Zulu Constable' }] });
    expect(await operations.revoke(decisionIds[0] ?? '', 'a mistake')).toMatchObject({ liveEvents: 1 });
    expect(await identities(db)).toEqual(before);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('keeps its name through a merge into it, and loses it by a merge into another until that is revoked', async () => {
    await operations.rename('tx-zulu-constable', 'Zoo Land Constable', 'its own name');
    const into = await operations.merge('tx-zulu-constable', 'tx-alpha-marshal', 'one');
    expect(await named()).toEqual([{ name: 'Zoo Land Constable', slug: 'tx-zoo-land-constable' }]);
    await operations.revoke(into.decisionIds[0] ?? '', 'two');
    const away = await operations.merge('tx-alpha-marshal', 'tx-zoo-land-constable', 'one');
    expect(await named()).toEqual([{ name: 'Alpha Marshal', slug: 'tx-alpha-marshal' }]);
    await operations.revoke(away.decisionIds[0] ?? '', 'two');
    expect((await named())[1]).toEqual({ name: 'Zoo Land Constable', slug: 'tx-zoo-land-constable' });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('is not given the name of another, nor what is no name, nor its own', async () => {
    const wrong = {
      'ALPHA MARSHAL': '"ALPHA MARSHAL" is a name of tx-alpha-marshal. Merge',
      '#REF!': 'is no name of an agency. The error of a formula',
      ' ': 'is no name of an agency',
      'Zulu Constable': 'goes by the name "Zulu Constable" already',
    };
    for (const [name, message] of Object.entries(wrong)) {
      await expect(operations.rename('tx-zulu-constable', name, 'why')).rejects.toMatchObject({
        ...{ code: 'BAD_ARGUMENT', message: expect.stringContaining(message) },
      });
    }
  });
});

describe('an id', () => {
  it('is as much of its beginning as no other has; else the candidates are named', async () => {
    for (const day of ['01', '02', '03'])
      await ingest(db, { on: `2025-03-${day}`, rows: [alpha, { agency: `${day} Police` }] });
    await db.execute(sql`update snapshots set id = ('abcd' || substr(id::text, 5))::uuid where number < 3`);
    const [third, second, first] = await operations.lists(null, null);
    await expect(operations.withdraw('abcd', 'why')).rejects.toMatchObject({
      ...{ code: 'BAD_ARGUMENT', message: expect.stringContaining('Several ids of lists begin with "abcd"') },
    });
    await expect(operations.diff('abcd')).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`(?=[^]*${first?.id})(?=[^]*${second?.id})[^]*ACCEPTED`)),
    });
    await operations.withdraw(`snapshot_${third?.id.slice(0, 9)}`, 'why');
    expect(await operations.lists('WITHDRAWN', null)).toMatchObject([{ id: third?.id }]);
    await expect(operations.diff('abc')).rejects.toMatchObject({
      message: '"abc" is too short for an id: give at least 4 characters.',
    });
    await expect(operations.diff('0123456')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // The id of another thing is none of this: it says of what, and what prints those that are meant.
    await expect(operations.revoke(third?.id ?? '', 'why')).rejects.toMatchObject({
      ...{
        code: 'BAD_ARGUMENT',
        message: expect.stringMatching(/is the id of a list \(.*\.xlsx, WITHDRAWN\), not of a/),
      },
    });
    await expect(operations.revoke(`snapshot_${third?.id}`, 'why')).rejects.toMatchObject({
      message: expect.stringMatching(/decision: "accord287 decisions" prints those\.$/),
    });
    const [decision] = await operations.decisions();
    await operations.revoke(decision?.id.slice(0, 6) ?? '', 'why');
    expect(await operations.lists('WITHDRAWN', null)).toEqual([]);
  });
});
