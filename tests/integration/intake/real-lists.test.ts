/**
 * The real lists against what was counted in them by other code: TRUTH.csv (rows, agencies as printed, models,
 * places) and INDEX.csv (rows, hidden rows, repeated tables). Skipped where the lists are missing.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
import { filesBehind } from '../../support/repository/source-files.ts';
import { keptFolder } from '../../support/run/kept-work.ts';
import { sharedData } from '../../support/run/shared-data.ts';
import { type RealList, realChanges } from './real-changes.ts';

const folder = sharedData();

/** Its lists, by the first ten characters of their names: the day of the archive. */
function filesByDay(data: string, ...folders: string[]): string[][] {
  const files = folders.flatMap((name) => readdirSync(join(data, name)).map((fileName) => `${name}/${fileName}`));
  const days = new Map<string, string[]>();
  for (const file of files.filter((each) => /^\d{4}-.*\.(xlsx|csv)$/.test(basename(each)))) {
    const day = basename(file).slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), file]);
  }
  return [...days].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

async function read(data: string, file: string): Promise<RealList> {
  const facts = { fileName: basename(file), receivedAt: '2026-06-01T12:00:00.000Z' };
  const result = await readList(readFileSync(join(data, file)), facts);
  if (!result.ok) throw new Error(result.rejection.message);
  return { file, list: result.list, sha256: result.sha256 };
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

/** What is asked of a list, without its rows: those of all lists together are gigabytes. */
function summarize({ file, list }: RealList) {
  const { rows, issues, ...rest } = list;
  const facts = { fileName: basename(file).split('__')[1] ?? '', receivedAt: '2026-06-01T12:00:00.000Z' };
  const { publishedAt: withoutPrefix } = publicationOf(facts, {
    modifiedAt: list.modifiedAt,
    signedAfter: (instant) => countSignedAfter(rows, instant),
  });
  return {
    ...{ ...rest, file, withoutPrefix, counts: count(list), facts: factsOf(list) },
    codes: issues.map(({ code }) => code),
  };
}
type Summary = ReturnType<typeof summarize>;

interface Archive {
  lists: Summary[];
  /** What the guard would have held, and its limits beside what is genuine. */
  held: readonly string[];
  lines: readonly string[];
}

/** Day by day, so that the changes are counted in the order of publication. */
async function readAll(data: string, days: readonly string[][]): Promise<Archive> {
  const order = ({ list: { publishedAt, modifiedAt }, sha256 }: RealList): string =>
    [publishedAt, modifiedAt ?? '', sha256].join(' ');
  const changes = realChanges();
  const lists: Summary[] = [];
  for (const files of days) {
    const day = await Promise.all(files.map((file) => read(data, file)));
    lists.push(...day.map(summarize));
    const posted = day.filter(({ file }) => !file.startsWith('pending/'));
    for (const list of posted.sort((a, b) => (order(a) < order(b) ? -1 : 1))) changes.add(list);
  }
  return { lists, held: changes.held, lines: changes.lines() };
}

/** Read anew where a list has changed, or what reads it. */
async function openArchive(data: string): Promise<Archive> {
  const days = filesByDay(data, 'web-table', 'participating', 'pending');
  const behind = [
    ...filesBehind('tests/integration/intake/real-lists.test.ts'),
    ...days.flat().map((file) => join(data, file)),
  ];
  const kept = await keptFolder('read-archive', behind, async (made) =>
    writeFileSync(join(made, 'archive.json'), JSON.stringify(await readAll(data, days))),
  );
  // Written above.
  return JSON.parse(readFileSync(join(kept, 'archive.json'), 'utf8')) as Archive;
}

const { lists, held, lines } = folder === null ? { lists: [], held: [], lines: [] } : await openArchive(folder);

describe.skipIf(folder === null)('the real lists', () => {
  const data = folder ?? '';
  const byFile = new Map(lists.map((list) => [list.file, list]));

  it('are all read, each by its header', () => {
    expect(lists).toHaveLength(474);
    for (const { file, kind } of lists) {
      expect(kind, file).toBe(file.startsWith('pending/') ? 'PENDING' : 'PARTICIPATING');
    }
  });

  it('count as TRUTH.csv counts', () => {
    const truths = readTable(data, 'TRUTH.csv');
    expect(truths).toHaveLength(432);
    for (const truth of truths) {
      const { counts: counted } = listOfTruth(truth);
      expect(counted, truth.file).toEqual(pick(truth, counted));
    }
  });

  it('have the rows and hidden rows of INDEX.csv', () => {
    for (const index of readTable(data, 'INDEX.csv')) {
      const list = byFile.get(index.file ?? '');
      const hidden = Number(list?.counts.hidden_rows);
      expect(list?.counts.rows, index.file).toBe(index.rows);
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
    for (const code of lists.flatMap(({ codes }) => codes)) counts[code] = (counts[code] ?? 0) + 1;
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
    for (const { file, publishedAt, publishedAtBasis } of lists) {
      expect(newYorkDay(publishedAt), file).toBe(basename(file).slice(0, 10));
      expect(publishedAtBasis, file).toBe('FILE_NAME');
    }
  });
});

describe.skipIf(folder === null)('admission by what a list changes', () => {
  it('no real list changes what the guard would hold', () => {
    process.stderr.write(`${lines.join('\n')}\n`);
    expect(held).toEqual([]);
  });
});

describe.skipIf(folder === null)('admission by what a list says of itself', () => {
  const now = new Date().toISOString();

  it('holds no list of the archive, and each genuine value is within half of its limit', () => {
    const facts = lists.map((list) => list.facts);
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
    const files = filesByDay(folder ?? '', 'roster-2010-2017').flat();
    const old: ListFacts[] = [];
    for (const file of files) old.push(factsOf((await read(folder ?? '', file)).list));
    expect(old).toHaveLength(28);
    for (const each of old) expect(holdReasonsOf(each, now).map(({ rule }) => rule)).toEqual(['NOTHING_READABLE']);
  });

  it('is of the right day for nearly all workbooks without the archive’s prefix', () => {
    const workbooks = lists.filter(({ file }) => file.endsWith('.xlsx'));
    let right = 0;
    for (const { file, publishedAt, withoutPrefix } of workbooks) {
      if (newYorkDay(withoutPrefix) === newYorkDay(publishedAt)) right += 1;
      expect(Math.abs(daysBetween(newYorkDay(withoutPrefix), newYorkDay(publishedAt))), file).toBeLessThanOrEqual(4);
    }
    expect(workbooks.length - right).toBe(5);
  });
});

/** Web tables are named by their date; workbooks by their time, since two of 2025-07-11 have one name. */
function listOfTruth({ kind, snapshot = '', modified_utc = '', file = '' }: Record<string, string>): Summary {
  const isMeant = ({ file: candidate, modifiedAt }: Summary) =>
    kind === 'participating_html'
      ? candidate === `web-table/${snapshot}_participating.csv`
      : candidate.startsWith(`${kind}/${snapshot}`) && modifiedAt === new Date(modified_utc).toISOString();
  const candidates = lists.filter(isMeant);
  const found = candidates.find((candidate) => basename(candidate.file) === basename(file)) ?? candidates[0];
  if (found === undefined) throw new Error(`no list for ${kind} ${snapshot}`);
  return found;
}
