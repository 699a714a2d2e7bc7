/**
 * The matrix of what can go wrong with a list: each mutation of a genuine list, as the newest one, as a late one and as
 * the first, must be read right, have rows set aside with nothing concluded from them, or be HELD by a rule that says so.
 */

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/database/database.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { type Applied, applyList } from '../../../src/ledger/apply/apply.ts';
import { tryOut } from '../../../src/operations/lists/dry-run.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger } from '../../support/ledgers/ledger.ts';
import * as mutations from '../../support/lists/list-mutations.ts';
import { arrivalOf, type PrintedList, printedList } from '../../support/lists/printed-list.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { runs } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
afterAll(() => database.close());

const ROWS = 160;
/** The same rows on every list, as ICE prints most of them. */
const genuine = (kind: 'PARTICIPATING' | 'PENDING', days: number): PrintedList =>
  mutations.both(
    mutations.renamedBy(days),
    mutations.savedAgain(days),
  )(printedList({ on: '2025-06-02', kind, rows: ROWS }));
const before = [0, 12];
const TARGET = 18;
const after = 30;

const ingest = (tx: Database, list: PrintedList): Promise<Applied> =>
  applyList(tx, arrivalOf(list), { backfill: false });

type Standing = Map<string, string>;
/** By place, name and model: which status stands. */
async function standings(tx: Database): Promise<Standing> {
  const rows = await selectRecords<{ key: string; status: string }>(
    tx,
    sql`select agency.place_code || ' ' || agency.key || ' ' || agreement.model as key, agreement.status
      from agreements agreement join agencies agency on agency.id = agreement.agency_id
      where agreement.derived and agreement.merged_into is null and agreement.status <> 'SUPERSEDED'`,
  );
  return new Map(rows.map(({ key, status }) => [key, status]));
}

/** What is expected of a mutated list: no rule to hold it, or one that does. */
type Verdict = 'ACCEPTED' | Applied['holdReasons'][number]['rule'];
const ok = 'ACCEPTED' as const;

interface Case {
  what: string;
  mutate: mutations.Mutation;
  newest: Verdict;
  late: Verdict;
  first: Verdict;
  /** Agreements that may be unlisted by it, since it does not print them. */
  unlisted?: number;
}

const participating: readonly Case[] = [
  // Means nothing: read right.
  ...(
    [
      ['other white space, case and quotes', mutations.respell],
      ['another order of rows', mutations.sortOtherwise],
      ['another order of columns', mutations.reorderColumns],
      ['links as a web archive gives them', mutations.archiveLinks],
      ['one more column', mutations.addColumn('REMARKS', 'none')],
      ['a workbook saved again', mutations.savedAgain(1)],
      ['three rows twice', mutations.repeat(3)],
      ['a slip in three states', mutations.typo('STATE', 3)],
      ['a slip in five models', mutations.typo('SUPPORT TYPE', 5)],
      ['three names in look-alike letters', mutations.lookAlikes(3)],
      ['five names with a suffix', mutations.suffix(' LLC', 5)],
      ['five days of SIGNED corrected', mutations.shiftDates(-1, 5)],
      ['two rows in another state', mutations.print('STATE', 'TEXAS', 2)],
      ['no counties', mutations.blank('COUNTY')],
      ['twenty new agencies', mutations.invent(20)],
      // Three rows set aside: what they may be stays as it is.
      ['three models that nobody knows', mutations.print('SUPPORT TYPE', 'Hybrid', 3)],
      ['three names that are errors', mutations.errorCells('LAW ENFORCEMENT AGENCY', 3)],
    ] satisfies [string, mutations.Mutation][]
  ).map(([what, mutate]): Case => ({ what, mutate, newest: ok, late: ok, first: ok })),
  { what: 'five rows missing', mutate: mutations.drop(5), newest: ok, late: ok, first: ok, unlisted: 5 },
  // Too much of one kind: a comparison, so the first list is not asked, and a late one by what it changes today.
  ...(
    [
      ['every day of SIGNED one day off', mutations.shiftDates(-1), 'SIGNED_CHANGED'],
      ['SIGNED a row further down', mutations.shiftColumn('SIGNED'), 'SIGNED_CHANGED'],
      ['a suffix on every name', mutations.suffix(' LLC'), 'NAMES_RESPELT'],
      ['forty rows missing', mutations.drop(40), 'AGREEMENTS_MISSING'],
      ['nothing but a header', mutations.cutAfter(0), 'AGREEMENTS_MISSING'],
      ['eight rows in another state', mutations.print('STATE', 'TEXAS', 8), 'AGREEMENTS_MOVED'],
      ['a hundred and fifty invented rows', mutations.invent(150), 'AGENCIES_NEW'],
    ] satisfies [string, mutations.Mutation, Verdict][]
  ).map(([what, mutate, newest]): Case => ({ what, mutate, newest, late: ok, first: ok })),
  // What the rows say of themselves is asked of a late list too.
  {
    ...{ what: 'TYPE and COUNTY swapped', mutate: mutations.swapColumns('TYPE', 'COUNTY') },
    ...{ newest: 'ROWS_WITH_ISSUES', late: 'ROWS_WITH_ISSUES', first: ok },
  },
  // What the list says of itself holds it wherever it comes.
  ...(
    [
      ['eight models that nobody knows', mutations.print('SUPPORT TYPE', 'Hybrid', 8), 'UNREADABLE_ROWS'],
      ['eight names that are errors', mutations.errorCells('LAW ENFORCEMENT AGENCY', 8), 'UNREADABLE_ROWS'],
      ['no state in eight rows', mutations.blank('STATE', 8), 'UNREADABLE_ROWS'],
      ['no model that anybody knows', mutations.print('SUPPORT TYPE', 'Hybrid'), 'NOTHING_READABLE'],
      ['a name of fifty years ahead', mutations.renamedBy(18_250), 'PUBLISHED_AHEAD'],
      ['a name of twenty years before', mutations.renamedBy(-7_305), 'PUBLISHED_TOO_EARLY'],
      ['a name of a month before', mutations.renamedBy(-45), 'SIGNED_AFTER_PUBLICATION'],
    ] satisfies [string, mutations.Mutation, Verdict][]
  ).map(([what, mutate, rule]): Case => ({ what, mutate, newest: rule, late: rule, first: rule })),
];

const pending: readonly Case[] = [
  ...(
    [
      ['other white space, case and quotes', mutations.respell],
      ['another order of rows', mutations.sortOtherwise],
      ['a slip in three states', mutations.typo('STATE', 3)],
      ['a suffix on every name', mutations.suffix(' LLC')],
      ['forty rows missing', mutations.drop(40)],
    ] satisfies [string, mutations.Mutation][]
  ).map(([what, mutate]): Case => ({ what, mutate, newest: ok, late: ok, first: ok })),
  ...(
    [
      ['eight models that nobody knows', mutations.print('SUPPORT TYPE', 'Hybrid', 8), 'UNREADABLE_ROWS'],
      ['a name of fifty years ahead', mutations.renamedBy(18_250), 'PUBLISHED_AHEAD'],
    ] satisfies [string, mutations.Mutation, Verdict][]
  ).map(([what, mutate, rule]): Case => ({ what, mutate, newest: rule, late: rule, first: rule })),
];

const kinds = [
  { kind: 'PARTICIPATING', cases: participating },
  { kind: 'PENDING', cases: pending },
] as const;
const places = [
  { place: 'newest', others: before },
  { place: 'late', others: [...before, after] },
  { place: 'first', others: [] },
] as const;
const all = kinds.flatMap((each) => places.map((place) => ({ ...each, ...place })));

describe.each(all)('a $kind list, as the $place one', ({ kind, cases, place, others }) => {
  const target = genuine(kind, TARGET);
  /** The ledger of the other lists, and what the true list makes of it. */
  let prepared: Promise<Standing> | undefined;
  const prepare = async (): Promise<Standing> => {
    await emptyLedger(db);
    for (const days of others) expect((await ingest(db, genuine(kind, days))).status).toBe('ACCEPTED');
    const { value } = await tryOut(db, async (tx) => {
      await ingest(tx, target);
      return standings(tx);
    });
    return value;
  };

  const check = async (each: Case): Promise<void> => {
    prepared ??= prepare();
    const genuinely = await prepared;
    const { value } = await tryOut(db, async (tx) => {
      const applied = await ingest(tx, each.mutate(target));
      return { applied, now: await standings(tx) };
    });
    const rules = value.applied.holdReasons.map(({ rule }) => rule);
    const expected = each[place];
    expect(value.applied.status).toBe(expected === ok ? ok : 'HELD');
    if (expected !== ok) expect(rules).toContain(expected);
    // Of what the true list prints nothing has left, unless this one lacks its row.
    const left = [...value.now].filter(
      ([key, status]) => genuinely.get(key) === 'ACTIVE' && status !== 'ACTIVE' && status !== 'PENDING',
    );
    expect(left.filter(([, status]) => status === 'ENDED')).toEqual([]);
    if (kind === 'PARTICIPATING') expect(left.length).toBeLessThanOrEqual(expected === ok ? (each.unlisted ?? 0) : 0);
  };
  it.each(cases)('with $what', unlessPassed(check));
});

it('accepts at least a third of them', () => {
  const verdicts = all.flatMap(({ cases, place }) => cases.map((each) => each[place]));
  expect(verdicts.filter((verdict) => verdict === ok).length).toBeGreaterThanOrEqual(verdicts.length / 3);
});

const checkTogether = async (): Promise<void> => {
  await emptyLedger(db);
  for (const days of before) await ingest(db, genuine('PARTICIPATING', days));
  const printed = await standings(db);
  const some = fc.uniqueArray(fc.nat(participating.length - 1), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(some, async (chosen) => {
      const mutate = mutations.both(...chosen.flatMap((index) => participating[index]?.mutate ?? []));
      const { value } = await tryOut(db, async (tx) => {
        await ingest(tx, mutate(genuine('PARTICIPATING', TARGET)));
        for (const days of [20, 22, 24, 26]) await ingest(tx, genuine('PARTICIPATING', days));
        return standings(tx);
      });
      expect([...printed.keys()].filter((key) => value.get(key) !== 'ACTIVE')).toEqual([]);
    }),
    { numRuns: runs(2, 300) },
  );
};
it(
  'ends nothing that the true list prints, whatever comes together',
  { timeout: 240_000 },
  unlessPassed(checkTogether),
);
