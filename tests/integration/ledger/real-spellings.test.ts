/** What spellings make of real lists: the words of an old roster, and lists of which one row in twenty is spoilt. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { selectRecords } from '../../../src/database/records.ts';
import { parseRow } from '../../../src/intake/row/parse-row.ts';
import { readList } from '../../../src/intake/table/read-list.ts';
import { hashRow, hashTable } from '../../../src/intake/table/row-hash.ts';
import { type Applied, applyList } from '../../../src/ledger/apply/apply.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { ingestFiles } from '../../../src/operations/lists/ingest-files.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { conclusions, emptyLedger, log } from '../../support/ledgers/ledger.ts';
import { rederiveAll } from '../../support/ledgers/rederive-all.ts';
import { unlessPassed } from '../../support/run/kept-passes.ts';
import { isLong } from '../../support/run/long-tests.ts';
import { sharedData } from '../../support/run/shared-data.ts';

const archive = sharedData();
const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
afterAll(() => database.close());
beforeEach(() => emptyLedger(db));

const files = (folder: string): string[] =>
  readdirSync(join(archive ?? '', folder))
    .filter((name) => /_.*\.(csv|xlsx)$/.test(name))
    .map((name) => join(archive ?? '', folder, name));

type Real = Extract<Awaited<ReturnType<typeof readList>>, { ok: true }>;

async function readReal(path: string): Promise<{ fileName: string; result: Real }> {
  const fileName = path.split('/').at(-1) ?? '';
  const result = await readList(readFileSync(path), { fileName, receivedAt: '2026-11-01T00:00:00.000Z' });
  if (!result.ok) throw new Error(result.rejection.message);
  return { fileName, result };
}

/** Other words in one column, where the text is that and the agency's name is of the first letters. */
function spoil({ sha256, list }: Real, column: string, text: string, by: string): Real {
  const rows = list.rows.map((row) => {
    const isSpoilt = row.cells.some((cell) => cell.column === column && cell.text.trim() === text);
    if (!isSpoilt || !/^[A-E]/i.test(row.clean.agencyName ?? '')) return row;
    const cells = row.cells.map((cell) => (cell.column === column ? { ...cell, text: by } : cell));
    return { ...row, cells, hash: hashRow(cells), ...parseRow(cells, { rowNumber: row.rowNumber, kind: list.kind }) };
  });
  const tableHash = hashTable(rows.map(({ hash }) => hash));
  return { sha256: sha256.split('').reverse().join(''), ok: true, list: { ...list, rows, tableHash } };
}

const ingest = (fileName: string, result: Real): Promise<Applied> =>
  applyList(db, { fileName, origin: 'FILE', result }, { backfill: false });

const departed = async (): Promise<string[]> =>
  (
    await selectRecords<{ name: string }>(
      db,
      sql`select agency.name || ' ' || agreement.model as name from agreements agreement
        join agencies agency on agency.id = agreement.agency_id
        where agreement.derived and agreement.merged_into is null and agreement.status in ('UNLISTED', 'ENDED')
        order by 1`,
    )
  ).map(({ name }) => name);

const standing = async (): Promise<string[]> => {
  const rows = await selectRecords<{ id: string }>(
    db,
    sql`select id from agreements where derived and merged_into is null`,
  );
  return rows.map(({ id }) => id);
};

const addedLive = async (after: number): Promise<string[]> => {
  const rows = await selectRecords<{ id: string }>(
    db,
    sql`select agreement_id as id from ledger_events
      where sequence > ${after} and kind = 'AGREEMENT_ADDED' and not backfill`,
  );
  return rows.map(({ id }) => id);
};

const september = ['05am', '08am', '09pm', '11pm', '15am', '16pm'].map((day) => `2025-09-${day}`);

/** What the lists of both cases are, and what is concluded from them; once. */
async function readSeptember() {
  const chosen = files('participating').filter((path) => september.some((day) => path.includes(`/${day}`)));
  const [first, ...rest] = await Promise.all(chosen.map(readReal));
  if (!first || rest.length < 5) throw new Error('the lists of September 2025 are missing');
  for (const { fileName, result } of [first, ...rest]) await ingest(fileName, result);
  return { first, rest, gone: await departed(), truth: await conclusions(db) };
}
let read: ReturnType<typeof readSeptember> | undefined;
const unspoilt = (): ReturnType<typeof readSeptember> => {
  read ??= readSeptember();
  return read;
};

const spoilt = [
  ['STATE', 'TEXAS', 'Lone Star State', 'STATE', 'TX'],
  ['SUPPORT TYPE', 'Task Force Model', 'Local Deputies', 'MODEL', 'TASK_FORCE'],
] as const;

test.skipIf(archive === null).each(isLong ? spoilt : spoilt.slice(0, 1))(
  'lists with one row in twenty spoilt in %s end nothing, and lose nothing once a person says what it means',
  unlessPassed(async (column, text, by, subject, means) => {
    const { first, rest, gone, truth } = await unspoilt();
    await emptyLedger(db);
    await ingest(first.fileName, first.result);
    for (const { fileName, result } of rest) {
      const { status, snapshotId, holdReasons } = await ingest(fileName, spoil(result, column, text, by));
      expect(status).toBe('HELD');
      expect(holdReasons[0]).toMatchObject({ rule: 'UNREADABLE_ROWS', count: expect.toSatisfy((rows) => rows > 35) });
      await operations.release(snapshotId, 'all genuine');
    }
    for (const name of await departed()) expect(gone).toContain(name);
    const [before, sequence] = [await standing(), (await log(db)).length];
    await operations.addSpelling({ subject, printed: by, means }, 'so it is');
    expect(await conclusions(db)).toEqual(truth);
    const appeared = (await standing()).filter((id) => !before.includes(id));
    expect(appeared.length).toBeGreaterThan(0);
    expect((await addedLive(sequence)).sort()).toEqual(appeared.sort());
    expect((await rederiveAll(db)).changed).toBe(false);
  }),
  300_000,
);

test.skipIf(archive === null)(
  'the roster of 2010 to 2017 waits until its words mean something',
  unlessPassed(async () => {
    const roster = files('roster-2010-2017');
    const report = await ingestFiles(database, { paths: roster }, 'FILE');
    expect(report.files.map(({ status }) => status)).toEqual(Array(28).fill('HELD'));
    const spelling = { subject: 'MODEL', printed: 'Task Force', means: 'TASK_FORCE' } as const;
    expect((await operations.addSpelling(spelling, 'the word of the time')).accepted).toEqual([]);
    const jail = { subject: 'MODEL', printed: 'Jail Enforcement', means: 'JAIL_ENFORCEMENT' } as const;
    const { accepted } = await operations.addSpelling(jail, 'the word of the time');
    expect(accepted).toHaveLength(6);
    // Its links have no address, so that a new one is an issue; and in 2013 the task-force model ended.
    const held = await operations.lists('HELD', null);
    expect(held).toHaveLength(28 - accepted.length);
    const rules = new Set(held.flatMap(({ holdReasons }) => holdReasons.map(({ rule }) => rule)));
    expect([...rules].sort()).toEqual(['AGREEMENTS_MISSING', 'ROWS_WITH_ISSUES']);
    const released: string[] = [];
    for (;;) {
      const [oldest] = (await operations.lists('HELD', null)).toReversed();
      if (!oldest) break;
      await operations.release(oldest.id, 'genuine');
      released.push(oldest.fileName.slice(0, 10));
    }
    expect(released).toEqual(['2013-04-02', '2013-09-04', '2016-08-20']);
    expect((await rederiveAll(db)).changed).toBe(false);
  }),
  300_000,
);
