/**
 * The real lists against what was counted in them by other code: TRUTH.csv (rows, agencies as printed, models,
 * places) and INDEX.csv (rows, hidden rows, repeated tables). Skipped where the lists are missing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseCsvObjects } from 'hucre/csv';
import { describe, expect, it } from 'vitest';
import { places } from '../../../schema/places.ts';
import { daysBetween, newYorkDay } from '../../../src/intake/new-york.ts';
import { publicationOf } from '../../../src/intake/published-at.ts';
import type { List } from '../../../src/intake/table/list.ts';
import { countSignedAfter, factsOf, type ListFacts } from '../../../src/intake/table/list-facts.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { holdReasonsOf, itselfLimits } from '../../../src/ledger/derive/guard/guard-itself.ts';
import { sharedData } from '../../support/run/shared-data.ts';
import { describeChanges, type RealList } from './real-changes.ts';

const folder = sharedData();

async function readFolder(data: string, name: string): Promise<RealList[]> {
  const lists: RealList[] = [];
  for (const fileName of readdirSync(join(data, name)).sort()) {
    if (!/^\d{4}-.*\.(xlsx|csv)$/.test(fileName)) continue;
    const bytes = readFileSync(join(data, name, fileName));
    const result = await readList(bytes, { fileName, receivedAt: '2026-06-01T12:00:00.000Z' });
    if (!result.ok) throw new Error(result.rejection.message);
    lists.push({ file: `${name}/${fileName}`, list: result.list, sha256: result.sha256 });
  }
  return lists;
}

function readTable(data: string, name: string): Record<string, string>[] {
  const { data: rows } = parseCsvObjects(readFileSync(join(data, name), 'utf8'), { header: true });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value ?? '')])));
}

const printed = (row: List['rows'][number], column: string) =>
  row.cells.find((cell) => cell.column === column)?.text ?? '';

/** The same counts as TRUTH.csv has, from our reading. */
function count({ rows }: List) {
  const states = new Set(rows.map(({ clean }) => clean.placeCode));
  const model = (name: string) => String(rows.filter(({ clean }) => clean.model === name).length);
  const agencies = new Set(
    rows.map((row) => JSON.stringify([printed(row, 'STATE'), printed(row, 'LAW ENFORCEMENT AGENCY')])),
  );
  return {
    rows: String(rows.length),
    distinct_agencies_raw: String(agencies.size),
    states_incl_territories: String(states.size),
    states_only_50: String(places.filter(({ code, kind }) => kind === 'STATE' && states.has(code)).length),
    TFM: model('TASK_FORCE'),
    JEM: model('JAIL_ENFORCEMENT'),
    WSO: model('WARRANT_SERVICE_OFFICER'),
    hidden_rows: String(rows.filter(({ hidden }) => hidden).length),
  };
}

const pick = <T extends object>(row: Record<string, string>, like: T) =>
  Object.fromEntries(Object.keys(like).map((key) => [key, row[key]]));

/** Hidden rows of INDEX.csv that hold nothing, so that we do not count them as rows. */
const hiddenBlankRows: Readonly<Record<string, number>> = {
  '2025-07-30pm_participating__participatingAgencies07302025pm.xlsx': 1,
  '2025-08-27am_participating__participatingAgencies08272025am.xlsx': 1,
};

const lists = folder === null ? [] : await readAll(folder);

describe.skipIf(folder === null)('the real lists', () => {
  const data = folder ?? '';
  const byFile = new Map(lists.map(({ file, list }) => [file, list]));

  it('are all read, each by its header', () => {
    expect(lists).toHaveLength(474);
    for (const { file, list } of lists) {
      expect(list.kind, file).toBe(file.startsWith('pending/') ? 'PENDING' : 'PARTICIPATING');
    }
  });

  it('count as TRUTH.csv counts', () => {
    const truths = readTable(data, 'TRUTH.csv');
    expect(truths).toHaveLength(432);
    for (const truth of truths) {
      const counted = count(listOfTruth(truth));
      expect(counted, truth.file).toEqual(pick(truth, counted));
    }
  });

  it('have the rows and hidden rows of INDEX.csv', () => {
    for (const index of readTable(data, 'INDEX.csv')) {
      const list = byFile.get(index.file ?? '');
      const hidden = list?.rows.filter((row) => row.hidden).length ?? 0;
      expect(String(list?.rows.length), index.file).toBe(index.rows);
      expect(String(hidden + (hiddenBlankRows[basename(index.file ?? '')] ?? 0)), index.file).toBe(index.hidden_rows);
    }
  });

  it('repeat the tables that INDEX.csv says they repeat', () => {
    // INDEX.csv names the first of each table by a hash of the file as it was before its editors' names were taken
    // out, so what can be compared is which files repeat a table and which of them repeat the same one.
    const repeats = new Map<string, (string | undefined)[]>();
    for (const index of readTable(data, 'INDEX.csv')) {
      const list = byFile.get(index.file ?? '');
      const key = `${list?.kind} ${list?.tableHash}`;
      repeats.set(key, [...(repeats.get(key) ?? []), index.same_table_as]);
    }
    for (const [table, said] of repeats) {
      const named = said.filter((each) => each !== '');
      expect(named, table).toHaveLength(said.length - 1);
      expect(new Set(named).size, table).toBe(Math.min(1, named.length));
    }
  });

  it('leave no state, model or type unknown', () => {
    const counts: Record<string, number> = {};
    for (const { code } of lists.flatMap(({ list }) => list.issues)) counts[code] = (counts[code] ?? 0) + 1;
    expect(counts).toEqual({
      CONTRADICTED_TIME: 7,
      IMPLAUSIBLE_DATE: 10,
      KIND_SWAPPED: 1,
      MISSING_VALUE: 11,
      UNKNOWN_COUNTY: 586,
      UNLIKELY_DATE: 44,
      UNREADABLE_LINK: 127,
    });
  });

  it('are dated by their file names', () => {
    for (const { file, list } of lists) {
      expect(newYorkDay(list.publishedAt), file).toBe(basename(file).slice(0, 10));
      expect(list.publishedAtBasis, file).toBe('FILE_NAME');
    }
  });
});

describe.skipIf(folder === null)('admission by what a list changes', () => describeChanges(lists));

describe.skipIf(folder === null)('admission by what a list says of itself', () => {
  const now = new Date().toISOString();

  it('holds no list of the archive, and each genuine value is within half of its limit', () => {
    const facts = lists.map(({ list }) => factsOf(list));
    for (const [index, each] of facts.entries()) expect(holdReasonsOf(each, now), lists[index]?.file).toEqual([]);
    const most = (count: (each: ListFacts) => number) => Math.max(...facts.map(count));
    const since = (day: string | null, { publishedAt }: ListFacts) =>
      day === null ? 0 : daysBetween(day, newYorkDay(publishedAt));
    expect(most(({ signedAfter }) => signedAfter)).toBe(itselfLimits.signedAfter.genuine);
    expect(most(({ unreadableRows }) => unreadableRows)).toBe(itselfLimits.unreadableRows.genuine);
    // Text tables have no time of their own, so the rule is not about them.
    const workbooks = facts.filter(({ modifiedAt }) => modifiedAt !== null);
    const waits = workbooks.map((each) => since(newYorkDay(each.modifiedAt ?? ''), each));
    expect(Math.max(...waits)).toBe(itselfLimits.daysSinceSaved.genuine);
    const ages = workbooks.map((each) => since(each.newestSignedOn, each));
    expect(Math.max(...ages)).toBe(itselfLimits.daysSinceSigned.genuine);
    expect(most(({ issueRows }) => issueRows)).toBe(6);
  });

  it('holds the 28 old tables whose words for the models are not known', async () => {
    const old = (await readFolder(folder ?? '', 'roster-2010-2017')).map(({ list }) => factsOf(list));
    expect(old).toHaveLength(28);
    for (const each of old) expect(holdReasonsOf(each, now).map(({ rule }) => rule)).toEqual(['NOTHING_READABLE']);
  });

  it('is of the right day for nearly all workbooks without the archive’s prefix', async () => {
    const workbooks = lists.filter(({ file }) => file.endsWith('.xlsx'));
    let right = 0;
    for (const { file, list } of workbooks) {
      const fileName = basename(file).split('__')[1] ?? '';
      const facts = { fileName, receivedAt: '2026-06-01T12:00:00.000Z' };
      const signedAfter = (instant: string) => countSignedAfter(list.rows, instant);
      const { publishedAt } = publicationOf(facts, { modifiedAt: list.modifiedAt, signedAfter });
      if (newYorkDay(publishedAt) === newYorkDay(list.publishedAt)) right += 1;
      expect(Math.abs(daysBetween(newYorkDay(publishedAt), newYorkDay(list.publishedAt))), file).toBeLessThanOrEqual(4);
    }
    expect(workbooks.length - right).toBe(5);
  });
});

/** Web tables are named by their date; workbooks by their time, since two of 2025-07-11 have one name. */
function listOfTruth({ kind, snapshot = '', modified_utc = '', file = '' }: Record<string, string>): List {
  const isMeant = ({ file: candidate, list }: RealList) =>
    kind === 'participating_html'
      ? candidate === `web-table/${snapshot}_participating.csv`
      : candidate.startsWith(`${kind}/${snapshot}`) && list.modifiedAt === new Date(modified_utc).toISOString();
  const candidates = lists.filter(isMeant);
  const found = candidates.find((candidate) => basename(candidate.file) === basename(file)) ?? candidates[0];
  if (found === undefined) throw new Error(`no list for ${kind} ${snapshot}`);
  return found.list;
}

async function readAll(data: string): Promise<RealList[]> {
  const all: RealList[] = [];
  for (const name of ['web-table', 'participating', 'pending']) all.push(...(await readFolder(data, name)));
  return all;
}
