/** Spellings that an operator adds and takes back: what is stored is read again, told once, and judged again. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { type Applied, applyList, SpellingsChanged } from '../../../src/ledger/apply/apply.ts';
import { spellingsInForce } from '../../../src/ledger/apply/rows/spellings-in-force.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { ingestFiles } from '../../../src/operations/lists/ingest-files.ts';
import type { SpellingGiven } from '../../../src/operations/operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, identities, log, tell } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import * as mutations from '../../support/lists/list-mutations.ts';
import { arrivalOf, type PrintedList, printedList } from '../../support/lists/printed-list.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const ingest = async (list: PrintedList): Promise<Applied> =>
  applyList(db, arrivalOf(list, { spellings: (await spellingsInForce(db)).spellings }), { backfill: false });

const all = printedList({ on: '2025-06-02', rows: 48 });
/** A list of so many days later with so many rows. */
const listOf = (rows: number, days: number): PrintedList =>
  mutations.both(mutations.cutAfter(rows), mutations.renamedBy(days), mutations.savedAgain(days))(all);
const first = listOf(40, 0);
const second = listOf(44, 2);
const taskForce: SpellingGiven = { subject: 'MODEL', printed: 'Local Deputies', means: 'task-force' };
/** Every third row is of this model. */
const misspelt = mutations.replace('SUPPORT TYPE', 'Task Force Model', 'Local  deputies ');

/** Lists and issues as they are stored, without what tells one ingest from another. */
const stored = async (): Promise<unknown> => ({
  rows: await selectRecords(
    db,
    sql`select place_code, agency_name, name_key, model, agency_type, county_fips, signed_on, memorandum_url, corrections,
      hash from source_rows order by hash`,
  ),
  issues: await selectRecords(db, sql`select * from row_issues order by snapshot_number, ordinal`),
  lists: await selectRecords(db, sql`select number, status, issue_count, hold_reasons from snapshots order by number`),
});

const live = async (): Promise<string[]> => tell(await log(db)).filter((line) => line.endsWith('live'));

describe('a word that no rule can read', () => {
  it('holds a list until it means something, and then each new agreement is told once', async () => {
    await ingest(first);
    const held = await ingest(misspelt(second));
    expect(held).toMatchObject({ status: 'HELD', holdReasons: [{ rule: 'UNREADABLE_ROWS', count: 15 }] });
    const before = (await log(db)).length;
    const report = await operations.addSpelling(taskForce, 'a word of this list');
    expect(report).toMatchObject({
      ...{ rowsReadAgain: 15, accepted: [{ fileName: '2025-06-04_participating.xlsx' }], held: [], ingestAgain: [] },
      ...{ events: { AGREEMENT_ADDED: 4 }, liveEvents: 4, notes: [] },
    });
    expect(tell(await log(db)).slice(before)).toEqual(Array(4).fill('AGREEMENT_ADDED live'));
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('is kept for lists to come where nothing prints it, which is said', async () => {
    await ingest(first);
    await ingest(misspelt(second));
    const report = await operations.addSpelling({ ...taskForce, printed: 'Local Deputys' }, 'a letter wrong');
    expect(report).toMatchObject({ rowsReadAgain: 0, notes: [expect.stringContaining('No stored row')] });
    expect(await operations.spellings()).toHaveLength(1);
  });

  it('is read as if it had been known when the list came', async () => {
    const lists = [first, misspelt(second), listOf(46, 4)];
    for (const list of lists) await ingest(list);
    await operations.addSpelling(taskForce, 'a word of this list');
    const added = await stored();
    const [facts] = [await conclusions(db)];
    await emptyLedger(db);
    await operations.addSpelling(taskForce, 'a word of this list');
    for (const list of lists) await ingest(list);
    expect(await stored()).toEqual(added);
    expect(await conclusions(db)).toEqual(facts);
  });

  it('ends nothing on a list that was released with it, and adds what is new when it is known', async () => {
    await ingest(first);
    const { snapshotId } = await ingest(misspelt(second));
    const released = await operations.release(snapshotId, 'all genuine');
    expect(released.events).toEqual({ AGREEMENT_ADDED: 3 });
    const report = await operations.addSpelling(taskForce, 'a word of this list');
    expect(report).toMatchObject({ accepted: [], events: { AGREEMENT_ADDED: 1 }, liveEvents: 1 });
    expect(await operations.reviews('OPEN')).toEqual([]);
  });

  it('is unreadable again when that is taken back: its list waits, and what it added is gone', async () => {
    await ingest(first);
    const before = { stored: await stored(), conclusions: await conclusions(db) };
    await ingest(misspelt(second));
    const waiting = await stored();
    const { decisionIds } = await operations.addSpelling(taskForce, 'a word of this list');
    const report = await operations.removeSpelling(decisionIds[0] ?? '', 'it is another model');
    expect(report).toMatchObject({
      rowsReadAgain: 15,
      accepted: [],
      held: [{ fileName: '2025-06-04_participating.xlsx' }],
    });
    expect(await stored()).toEqual(waiting);
    expect(await conclusions(db)).toEqual(before.conclusions);
    expect(await operations.spellings()).toEqual([]);
    expect(await operations.decisions()).toMatchObject([
      { kind: 'SPELLING', printed: 'Local Deputies', means: 'TASK_FORCE', revokedReason: 'it is another model' },
    ]);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('may be declared anew: what comes back is told, and nobody is alerted twice', async () => {
    await ingest(first);
    await ingest(misspelt(second));
    const { decisionIds } = await operations.addSpelling(taskForce, 'a word of this list');
    const added = (await live()).filter((line) => line.startsWith('AGREEMENT_ADDED')).length;
    const before = await conclusions(db);
    await operations.removeSpelling(decisionIds[0] ?? '', 'not so');
    await operations.addSpelling(taskForce, 'so it is');
    expect(await conclusions(db)).toEqual(before);
    expect((await live()).filter((line) => line.startsWith('AGREEMENT_ADDED'))).toHaveLength(added);
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('lets its list in that was released by mistake, and held again', async () => {
    await ingest(first);
    const { snapshotId } = await ingest(misspelt(second));
    const { decisionIds } = await operations.release(snapshotId, 'a mistake');
    await operations.revoke(decisionIds[0] ?? '', 'it was one');
    expect(await operations.addSpelling(taskForce, 'a word of this list')).toMatchObject({
      accepted: [{ fileName: '2025-06-04_participating.xlsx' }],
    });
    expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
  });

  it('stays accepted where a person released the list', async () => {
    await ingest(first);
    const { decisionIds } = await operations.addSpelling(taskForce, 'a word of this list');
    const list = misspelt(second);
    await operations.removeSpelling(decisionIds[0] ?? '', 'wrong');
    const { snapshotId } = await ingest(list);
    await operations.release(snapshotId, 'all genuine');
    const again = await operations.addSpelling(taskForce, 'right after all');
    expect((await operations.removeSpelling(again.decisionIds[0] ?? '', 'wrong')).held).toEqual([]);
    expect(await operations.lists('HELD', null)).toEqual([]);
  });

  it('is tried out without being kept', async () => {
    await ingest(first);
    await ingest(misspelt(second));
    const [before, told] = [await identities(db), await log(db)];
    const tried = await operations.addSpelling(taskForce, 'to see', { dryRun: true });
    expect([await identities(db), await log(db)]).toEqual([before, told]);
    expect(await operations.spellings()).toEqual([]);
    const { decisionIds, revision, ...added } = await operations.addSpelling(taskForce, 'so it is');
    const plan = expect.objectContaining({ agreements: Array(4).fill(expect.objectContaining({ change: 'ADDED' })) });
    expect(tried).toEqual({ ...added, plan, decisionIds: [], revision: String(Number(revision) - 1) });
    const removed = await operations.removeSpelling(decisionIds[0] ?? '', 'to see', { dryRun: true });
    expect(removed).toMatchObject({ rowsReadAgain: 15, held: [{ fileName: '2025-06-04_participating.xlsx' }] });
    expect(await operations.spellings()).toHaveLength(1);
  });
});

it('judges the held lists again in the order of their publication', async () => {
  await ingest(first);
  const third = listOf(48, 4);
  for (const list of [misspelt(second), misspelt(third)]) expect((await ingest(list)).status).toBe('HELD');
  const report = await operations.addSpelling(taskForce, 'a word of these lists');
  expect(report).toMatchObject({
    accepted: [{ fileName: '2025-06-04_participating.xlsx' }, { fileName: '2025-06-06_participating.xlsx' }],
    ...{ events: { AGREEMENT_ADDED: 8 }, liveEvents: 8 },
  });
});

it('lets several lists in that are history with one event that is live, with the verdicts of one by one', async () => {
  const lists = [2, 3, 4, 5, 6].map((days) => misspelt(listOf(48, days)));
  // Only the newest list that links anything says what the memoranda are today.
  const otherLinks: mutations.Mutation = (list) => ({
    ...list,
    rows: list.rows.map((row) => row.map((cell) => cell && { ...cell, link: cell.link && `${cell.link}?again` })),
  });
  const unlinked = mutations.dropColumn('MOA');
  const spoilt: Record<number, mutations.Mutation> = {
    ...{ 1: mutations.print('SIGNED', 'soon', 20), 3: otherLinks, 4: unlinked },
  };
  const given = lists.map((list, at) => spoilt[at]?.(list) ?? list);
  const start = async (): Promise<void> => {
    await emptyLedger(db);
    await ingest(first);
    await ingest(unlinked(listOf(48, 40)));
  };
  await start();
  await operations.addSpelling(taskForce, 'known before');
  const alone = [];
  for (const list of given) alone.push((await ingest(list)).status);
  const concluded = await conclusions(db);
  await start();
  for (const list of given) expect((await ingest(list)).status).toBe('HELD');
  const before = (await live()).length;
  const report = await operations.addSpelling(taskForce, 'a word of these lists');
  expect(
    (await operations.lists(null, null))
      .toReversed()
      .slice(1, -1)
      .map(({ status }) => status),
  ).toEqual(alone);
  expect(alone).toEqual(['ACCEPTED', 'HELD', 'ACCEPTED', 'HELD', 'ACCEPTED']);
  expect(await conclusions(db)).toEqual(concluded);
  expect((await live()).slice(before)).toEqual(['HISTORY_CHANGED live']);
  expect(report).toMatchObject({ liveEvents: 1, events: { HISTORY_CHANGED: 1 } });
  const again = await operations.removeSpelling(report.decisionIds[0] ?? '', 'not so');
  expect(again.held).toHaveLength(3);
  expect((await operations.addSpelling(taskForce, 'so it is')).accepted).toHaveLength(3);
  expect(await rederiveAll(db)).toEqual({ changed: false, events: 0 });
});

it('reads every kind of cell again', async () => {
  const strange = mutations.both(
    mutations.replace('STATE', 'GEORGIA', 'Peach State'),
    mutations.replace('TYPE', 'County', 'Shire'),
    mutations.replace('LAW ENFORCEMENT AGENCY', first.rows[0]?.[1]?.text ?? '', 'Harbour Police'),
    mutations.replace('COUNTY', first.rows[0]?.[3]?.text ?? '', 'Big Bend County'),
    mutations.replace('SUPPORT TYPE', 'Jail Enforcement Model', 'Prison Model'),
  );
  const list = { ...strange(first), columns: first.columns.map((name) => (name === 'ADDENDUM' ? 'Extra' : name)) };
  const given: SpellingGiven[] = [
    { subject: 'STATE', printed: 'PEACH STATE', means: 'Georgia' },
    { subject: 'TYPE', printed: 'shire', means: 'county' },
    { subject: 'MODEL', printed: 'prison model', means: 'JAIL_ENFORCEMENT' },
    { subject: 'HEADING', printed: 'EXTRA', means: 'addendum' },
    { subject: 'COUNTY', printed: 'Big Bend', means: 'Baldwin County, Alabama' },
  ];
  await ingest(list);
  for (const each of given) await operations.addSpelling(each, 'so it is');
  const added = await stored();
  expect(added).toMatchObject({ issues: [], lists: [{ status: 'ACCEPTED', issue_count: 0 }] });
  const facts = await conclusions(db);
  await emptyLedger(db);
  for (const each of given) await operations.addSpelling(each, 'so it is');
  await ingest(list);
  expect([await stored(), await conclusions(db)]).toEqual([added, facts]);
  await emptyLedger(db);
  await ingest(list);
  const unread = [await stored(), await conclusions(db)];
  for (const each of given) await operations.addSpelling(each, 'so it is');
  for (const { id } of await operations.spellings()) await operations.removeSpelling(id, 'not so');
  expect([await stored(), await conclusions(db)]).toEqual(unread);
});

it('reads a file again that was rejected for want of a heading', async () => {
  const list = { ...first, columns: first.columns.map((name) => (name === 'STATE' ? 'Jurisdiction' : name)) };
  expect(await ingest(list)).toMatchObject({ status: 'REJECTED', rejection: { code: 'MISSING_COLUMN' } });
  const report = await operations.addSpelling(
    { subject: 'HEADING', printed: 'jurisdiction', means: 'state' },
    'so it is',
  );
  expect(report).toMatchObject({ rowsReadAgain: 0, ingestAgain: ['2025-06-02_participating.xlsx'] });
  expect(await ingest(list)).toMatchObject({ status: 'ACCEPTED', rowCount: 40 });
  const georgia = { subject: 'STATE', printed: 'Peach State', means: 'GA' } as const;
  expect(
    await ingest(mutations.replace('Jurisdiction', 'GEORGIA', 'Peach State')({ ...list, fileName: '2025-06-03.xlsx' })),
  ).toMatchObject({ status: 'ACCEPTED' });
  expect((await operations.addSpelling(georgia, 'so it is')).rowsReadAgain).toBe(3);
});

it('is not what a file was read by that was read before', async () => {
  const arrival = { ...arrivalOf(first), readWith: (await spellingsInForce(db)).stamp };
  const { decisionIds } = await operations.addSpelling(taskForce, 'meanwhile');
  await expect(applyList(db, arrival, { backfill: false })).rejects.toThrow(SpellingsChanged);
  await operations.removeSpelling(decisionIds[0] ?? '', 'not so');
  expect(await applyList(db, arrival, { backfill: false })).toMatchObject({ status: 'ACCEPTED' });
});

it('reads a file again whose spelling is added while it waits to be applied', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, '2025-06-02_participating.csv');
  const lines = [...'abcdefgh'].map((letter) => `TEXAS,${letter.repeat(9)} Police,Local Deputies,2025-02-01`);
  await writeFile(path, ['STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED', ...lines, ''].join('\n'));
  let added: Promise<unknown> | undefined;
  const report = await ingestFiles(database, { paths: [path] }, 'FILE', {
    report: ({ stage }) => {
      if (stage === 'read') added = operations.addSpelling(taskForce, 'meanwhile');
    },
  });
  await added;
  expect(report.files).toMatchObject([{ status: 'ACCEPTED', issueRowCount: 0, issues: [] }]);
  expect(await operations.lists('ACCEPTED', null)).toHaveLength(1);
  expect(await stored()).toMatchObject({ issues: [], rows: Array(8).fill({ model: 'TASK_FORCE' }) });
});

describe('refuses', () => {
  it.each<[string, SpellingGiven, RegExp]>([
    ['what means nothing', { ...taskForce, means: 'hybrid' }, /^means: “hybrid” is not a model/],
    [
      'what is known',
      { ...taskForce, printed: 'TASK FORCE MODEL' },
      /^printed: “TASK FORCE MODEL” is TASK_FORCE already/,
    ],
    ['what contradicts what is known', { ...taskForce, printed: 'Jail Enforcement Model' }, /and stays so\.$/],
    [
      'an equal one',
      { ...taskForce, printed: ' local DEPUTIES' },
      /^printed: “Local Deputies” means TASK_FORCE by decision/,
    ],
    ['one that contradicts it', { ...taskForce, means: 'JAIL_ENFORCEMENT' }, /remove it first\.$/],
    ['a second column', { subject: 'HEADING', printed: 'Addendum 2', means: 'addendum' }, /beside “ADDENDUM”/],
  ])('%s', async (_, given, message) => {
    await ingest({ ...first, columns: [...first.columns, 'ADDENDUM 2'] });
    await operations.addSpelling(taskForce, 'so it is');
    const refused = operations.addSpelling(given, 'so it is');
    await expect(refused).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: expect.stringMatching(message) });
  });

  it('to take back what does not hold', async () => {
    const { decisionIds } = await operations.addSpelling(taskForce, 'so it is');
    await operations.removeSpelling(decisionIds[0] ?? '', 'not so');
    await expect(operations.removeSpelling(decisionIds[0] ?? '', 'again')).rejects.toMatchObject({
      code: 'ALREADY_DECIDED',
    });
    const { snapshotId } = await ingest(misspelt(first));
    const [release] = (await operations.release(snapshotId, 'all genuine')).decisionIds;
    await expect(operations.removeSpelling(release ?? '', 'no')).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/is a RELEASE, not a SPELLING\.$/),
    });
  });
});

it('is used when the rules are raised', async () => {
  await ingest(first);
  await ingest(misspelt(second));
  await operations.addSpelling(taskForce, 'a word of this list');
  const before = [await stored(), await identities(db)];
  await db.execute(sql`update ledger set rules_version = rules_version - 1`);
  expect((await operations.raiseRules()).events).toEqual({});
  expect([await stored(), await identities(db)]).toEqual(before);
  expect((await live()).length).toBeGreaterThan(0);
});
