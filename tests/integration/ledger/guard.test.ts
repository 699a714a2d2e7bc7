/** What the guard makes of a list by what it says of itself, from the file on: first, late and pending lists too. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/intake/table/list-facts.ts';
import { type Applied, applyHistory, applyList } from '../../../src/ledger/apply/apply.ts';
import { storedFacts } from '../../../src/ledger/apply/lists/list-facts.ts';
import { acceptedLists, heldLists } from '../../../src/ledger/apply/lists/publication.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, log } from '../../support/ledgers/ledger.ts';
import * as mutations from '../../support/lists/list-mutations.ts';
import { arrivalOf, type PrintedList, printedList, readPrintedList } from '../../support/lists/printed-list.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const ingest = (list: PrintedList, publishedAt?: string): Promise<Applied> =>
  applyList(db, arrivalOf(list, publishedAt === undefined ? {} : { publishedAt }), { backfill: false });
const rulesOf = ({ holdReasons }: Applied): string[] => holdReasons.map(({ rule }) => rule);

const june = printedList({ on: '2025-06-20', rows: 16 });
const inTenYears = Math.ceil((Date.now() - Date.parse('2025-06-20')) / 86_400_000) + 3_650;

/** Each is what one poisoned list looks like, and the rule that names it. */
const poisoned: readonly [string, mutations.Mutation, string][] = [
  ['a name of ten years from now', mutations.renamedBy(inTenYears), 'PUBLISHED_AHEAD'],
  ['a name of twenty years before', mutations.renamedBy(-7_305), 'PUBLISHED_TOO_EARLY'],
  ['a name of a month before', mutations.renamedBy(-30), 'SIGNED_AFTER_PUBLICATION'],
  ['a name of two months after', mutations.renamedBy(61), 'STALE_FILE'],
  ['a word nobody knows for 4 models', mutations.print('SUPPORT TYPE', 'Task Force', 4), 'UNREADABLE_ROWS'],
  ['the error of a formula for 4 names', mutations.errorCells('LAW ENFORCEMENT AGENCY', 4), 'UNREADABLE_ROWS'],
  ['4 blank states', mutations.blank('STATE', 4), 'UNREADABLE_ROWS'],
  ['old words for every model', mutations.print('SUPPORT TYPE', 'Task Force'), 'NOTHING_READABLE'],
];

it.each<[string, readonly PrintedList[]]>([
  ['the first list', []],
  ['the newest list', [printedList({ on: '2025-06-02', rows: 16 })]],
  ['a late list', [printedList({ on: '2025-06-02', rows: 16 }), printedList({ on: '2025-07-02', rows: 16 })]],
])('a poisoned list is held and changes nothing, as %s', async (_, before) => {
  for (const list of before) expect((await ingest(list)).status).toBe('ACCEPTED');
  const today = async () => ({
    conclusions: await conclusions(db),
    log: await log(db),
    lists: await acceptedLists(db),
  });
  const was = await today();
  for (const [what, mutate, rule] of poisoned) {
    const held = await ingest(mutate(june));
    expect(held, what).toMatchObject({ status: 'HELD', rowCount: 16, liveEvents: 0 });
    expect(rulesOf(held), what).toContain(rule);
  }
  expect(await today()).toEqual(was);
});

it.each<[string, mutations.Mutation]>([
  ['a name of six weeks after', mutations.renamedBy(43)],
  ['a workbook saved again a year later', mutations.savedAgain(365)],
  ['2 rows signed afterwards', mutations.shiftDates(2, 2)],
  ['3 models nobody knows', mutations.print('SUPPORT TYPE', 'Task Force', 3)],
  ['no rows at all', mutations.cutAfter(0)],
])('a first list with %s is accepted', async (_, mutate) => {
  expect(rulesOf(await ingest(mutate(june)))).toEqual([]);
});

it('holds a pending list that cannot be read, or comes from the future', async () => {
  const pending = printedList({ on: '2025-06-20', kind: 'PENDING', rows: 20 });
  expect(rulesOf(await ingest(mutations.print('SUPPORT TYPE', 'Hybrid', 4)(pending)))).toEqual(['UNREADABLE_ROWS']);
  expect(rulesOf(await ingest(mutations.renamedBy(inTenYears)(pending)))).toEqual(['PUBLISHED_AHEAD']);
  expect(rulesOf(await ingest(pending))).toEqual([]);
});

it('holds only the bad ones of many late lists, and keeps a short list of unreadable rows', async () => {
  await ingest(printedList({ on: '2025-07-02', rows: 16 }));
  const old = mutations.both(mutations.cutAfter(2), mutations.print('SUPPORT TYPE', 'Task Force'));
  const late = [printedList({ on: '2025-06-18', rows: 16 }), old(june), printedList({ on: '2025-06-24', rows: 16 })];
  const applied = await applyHistory(
    db,
    late.map((list) => arrivalOf(list)),
  );
  expect(applied.map(({ status }) => status)).toEqual(['ACCEPTED', 'HELD', 'ACCEPTED']);
  expect(applied.map((each) => rulesOf(each))[1]).toContain('NOTHING_READABLE');
});

describe('known bytes', () => {
  const copy = mutations.copied(june);
  it.each<[string, PrintedList, string | undefined, string]>([
    ['under a name without a day', copy, undefined, 'DUPLICATE'],
    [
      "under the publisher's name of another day",
      { ...copy, fileName: 'participatingAgencies062225am.xlsx' },
      undefined,
      'DUPLICATE',
    ],
    ['under the same name', june, undefined, 'DUPLICATE'],
    ['at the same time', copy, '2025-06-20T12:00', 'DUPLICATE'],
    ['at a time that somebody gives', copy, '2025-06-22T09:00', 'ACCEPTED'],
    ['at a time that the name begins with', { ...copy, fileName: '2025-06-22am.xlsx' }, undefined, 'ACCEPTED'],
    ['saved again', mutations.savedAgain(1)(copy), undefined, 'ACCEPTED'],
  ])('%s', async (_, again, publishedAt, status) => {
    const first = await ingest(june);
    const second = await ingest(again, publishedAt);
    expect(second.status).toBe(status);
    if (status === 'DUPLICATE') expect(second).toMatchObject({ snapshotId: first.snapshotId, events: {} });
  });

  it('of a held list stay held', async () => {
    const held = await ingest(mutations.renamedBy(-30)(june));
    expect(await ingest(copy)).toMatchObject({ status: 'HELD', snapshotId: held.snapshotId });
    // The right day is a posting of its own.
    expect(await ingest(june)).toMatchObject({ status: 'ACCEPTED' });
  });
});

it('counts the same of a stored list as of one that was just read', async () => {
  const mutated: readonly mutations.Mutation[] = [
    ...poisoned.slice(2).map(([, mutate]) => mutate),
    mutations.both(mutations.shiftDates(3, 5), mutations.shiftDates(12_000, 2)),
    mutations.both(mutations.blank('SIGNED'), mutations.typo('STATE', 4), mutations.print('COUNTY', 'Nowhere', 7)),
  ];
  for (const mutate of mutated) {
    await emptyLedger(db);
    const list = mutate(june);
    const read = readPrintedList(list);
    if (!read.ok) throw new Error(read.rejection.message);
    await ingest(list);
    const [stored] = [...(await acceptedLists(db)), ...(await heldLists(db))];
    expect(stored && (await storedFacts(db, stored))).toEqual(factsOf(read.list));
  }
});
