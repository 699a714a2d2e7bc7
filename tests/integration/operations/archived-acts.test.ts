/**
 * An archive of a ledger that operators decided about: ingested elsewhere it comes to the same, ids and log included.
 * Elsewhere is an embedded database, also where the ledger is on a server.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { OpenDatabase } from '../../../src/database/database.ts';
import { migrateDatabase } from '../../../src/database/migrate.ts';
import { openDatabase } from '../../../src/database/open.ts';
import { selectRecords } from '../../../src/database/records.ts';
import { RULES_VERSION } from '../../../src/ledger/derive/rules-version.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { Refusal } from '../../../src/operations/operations.ts';
import { openTestDatabase } from '../../support/databases/test-database.ts';
import { emptyLedger, identities, log } from '../../support/ledgers/ledger.ts';
import { runs } from '../../support/run/long-tests.ts';

const database = await openTestDatabase();
const { db } = database;
const operations = createOperations(database);
const folder = await mkdtemp(join(tmpdir(), 'accord287-'));
const elsewhere = await openDatabase({
  kind: 'pglite',
  directory: join(folder, 'real'),
  statementMilliseconds: 60_000,
});
await migrateDatabase(elsewhere, { rulesVersion: RULES_VERSION, sample: false });
const operationsElsewhere = createOperations(elsewhere);
afterAll(async () => {
  await Promise.all([database.close(), elsewhere.close()]);
  await rm(folder, { recursive: true });
});
beforeEach(() => Promise.all([emptyLedger(db), emptyLedger(elsewhere.db)]));

const crowd = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(65 + index).repeat(5)} Police`);

interface Given {
  model?: string;
  backfill?: boolean;
  /** Which row of each seven stands in Georgia. */
  inGeorgia?: number;
}

/** Ingests a list of that day, and answers its id. */
async function ingest(day: string, agencies: readonly string[], given: Given = {}): Promise<string> {
  const { model = 'Task Force Model', backfill = false, inGeorgia } = given;
  const path = join(folder, `${day}_participating.csv`);
  const rows = agencies.map(
    (agency, index) => `${index % 7 === inGeorgia ? 'Georgia' : 'Texas'},${agency},Municipality,,${model},2025-02-20,`,
  );
  await writeFile(path, ['STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED,MOA', ...rows, ''].join('\n'));
  const { files } = await operations.ingest({ paths: [path], backfill });
  return files[0]?.snapshotId ?? '';
}

/** The last decision of an act. */
const idOf = async (act: Promise<{ decisionIds: readonly string[] }>): Promise<string> =>
  (await act).decisionIds.at(-1) ?? '';

/** Every act of an operator at least once, among lists that are held, rejected, withdrawn, late and accepted. */
async function live(): Promise<void> {
  await ingest('2025-03-01', [...crowd, 'Zulu Marshal', 'Brookfield Police', 'Yankee Rangers', 'Xray Wardens']);
  await operations.merge('tx-zulu-marshal', 'tx-yankee-rangers', 'one office');
  const merged = await operations.merge('tx-zulu-marshal', 'tx-xray-wardens', 'one office, too');
  await operations.split('tx-zulu-marshal', ['Yankee Rangers', 'Xray Wardens'], 'two offices');
  await operations.rename('tx-aaaaa-police', 'Ample Police', 'its own word');
  const cut = await ingest('2025-03-02', crowd.slice(0, 5));
  const released = await idOf(operations.release(cut, 'looks right'));
  await operations.revoke(released, 'half a sheet');
  await operations.reject(cut, 'half a sheet');
  await ingest('2025-03-04', [...crowd, 'Zulu Marshal', 'Brookford Police Dept.', 'Yankee Rangers', 'Xray Wardens']);
  const [question] = await operations.reviews('OPEN');
  await operations.decide(question?.id ?? '', 'SAME_AGENCY', 'one town');
  const strange = await ingest('2025-03-05', crowd, { model: 'Street Deputies' });
  await operations.addSpelling({ subject: 'MODEL', printed: 'Street Deputies', means: 'task-force' }, 'their word');
  await operations.withdraw(strange, 'never posted');
  const late = await ingest('2025-02-20', crowd.slice(0, 18));
  await operations.redate(late, '2025-02-25', 'its workbook says so');
  const short = await ingest('2025-03-20', crowd.slice(0, 4));
  await operations.release(short, 'they left long ago', { backfill: true });
  await operations.revoke(merged.decisionIds[0] ?? '', 'two offices after all');
  await ingest('2025-03-21', crowd.slice(0, 4));
}

/** All but the times at which it was done, and why history was told in sum. */
async function state(of: OpenDatabase = database): Promise<unknown> {
  const lists = await selectRecords(
    of.db,
    sql`select id, status, published_at, posted_at, published_at_basis, backfill, hold_reasons, decided_reason
      from snapshots order by number`,
  );
  const made = (await createOperations(of).decisions()).map(({ decidedAt: _at, revokedAt, ...rest }) => ({
    ...rest,
    isRevoked: revokedAt !== null,
  }));
  const reviews = await selectRecords(of.db, sql`select id, kind, status from review_items order by id`);
  const told = (await log(of.db)).map((line) => (line.kind === 'HISTORY_CHANGED' ? { ...line, summary: null } : line));
  return { lists, decisions: made.sort((a, b) => (a.id < b.id ? -1 : 1)), reviews, told, ids: await identities(of.db) };
}

const kindsOf = async (): Promise<string[]> =>
  [...new Set((await operations.decisions()).map(({ kind }) => kind))].sort();

test('lists and decisions in their order make the same ledger again, and once more nothing', {
  timeout: 240_000,
}, async () => {
  await live();
  expect(await kindsOf()).toEqual([
    ...['DIFFERENT_AGENCIES', 'REDATING', 'REJECTION', 'RELEASE', 'RENAMING', 'SAME_AGENCY', 'SPELLING', 'WITHDRAWAL'],
  ]);
  const before = await state();
  const first = join(folder, 'first');
  const { acts } = await operations.archive(first);
  const manifest = join(first, 'MANIFEST.csv');
  const report = await operationsElsewhere.ingest({ paths: [], manifest });
  expect(report).toMatchObject({ acts, dryRun: false });
  expect(report.files.map(({ status }) => status)).toEqual([
    ...['ACCEPTED', 'REJECTED', 'ACCEPTED', 'WITHDRAWN', 'ACCEPTED', 'ACCEPTED', 'ACCEPTED'],
  ]);
  expect(report.files.every(({ asArchived, behind }) => asArchived && behind === null)).toBe(true);
  expect(await state(elsewhere)).toEqual(before);
  const again = await operationsElsewhere.ingest({ paths: [], manifest });
  expect([again.revision, await state(elsewhere)]).toEqual([report.revision, before]);
  const second = join(folder, 'second');
  await operationsElsewhere.archive(second);
  expect(await actsIn(second)).toEqual(await actsIn(first));
  const [entry] = await operationsElsewhere.audit(1, 'INGEST');
  expect(entry?.about).toMatchObject({ manifest: 'MANIFEST.csv' });
  await emptyLedger(db);
  await operations.ingest({ paths: [], manifest: join(second, 'MANIFEST.csv') });
  expect(await state()).toEqual(before);
});

/** Without their times. */
async function actsIn(archive: string): Promise<unknown> {
  const text = await readFile(join(archive, 'DECISIONS.json'), 'utf8');
  return JSON.parse(text, (key, value) => (key === 'decidedAt' || key === 'at' ? null : value));
}

test('late lists that came in one command come together again, to the same ids', async () => {
  const head = 'STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED';
  const own = { '2025-03-01': 'Zulus', '2025-03-02': 'Zulu', '2025-05-01': 'Zulu' };
  const paths: string[] = [];
  for (const [day, name] of Object.entries(own)) {
    const signed = day === '2025-05-01' ? '2025-02-25' : '2025-01-20';
    const rows = ['Texas,Alpha Police,Task Force Model,2025-01-20', `Texas,${name} Police,Task Force Model,${signed}`];
    paths.push(join(folder, `${day}_participating.csv`));
    await writeFile(paths.at(-1) ?? '', [head, ...rows, ''].join('\n'));
  }
  await operations.ingest({ paths: paths.slice(2) });
  await operations.ingest({ paths: paths.slice(0, 2) });
  const archive = join(folder, 'late');
  await operations.archive(archive);
  await operationsElsewhere.ingest({ paths: [], manifest: join(archive, 'MANIFEST.csv') });
  expect(await state(elsewhere)).toEqual(await state());
});

test('a dry run of it keeps nothing, and a decision that cannot be made again is named', async () => {
  await ingest('2025-03-01', crowd);
  const held = await ingest('2025-03-02', crowd.slice(0, 4));
  const decision = await idOf(operations.release(held, 'checked'));
  const archive = join(folder, 'named');
  await operations.archive(archive);
  const [manifest, acts] = [join(archive, 'MANIFEST.csv'), join(archive, 'DECISIONS.json')];
  await emptyLedger(db);
  const tried = await operations.ingest({ paths: [], manifest, dryRun: true });
  expect(tried).toMatchObject({ acts: 1, files: [{ status: 'ACCEPTED' }, { status: 'ACCEPTED' }] });
  expect([await operations.lists(null, null), await operations.decisions()]).toEqual([[], []]);
  const text = await readFile(acts, 'utf8');
  await writeFile(acts, text.replace('"afterLists": 2', '"afterLists": 1'));
  await expect(operations.ingest({ paths: [], manifest })).rejects.toMatchObject({
    ...{
      name: 'Refusal',
      code: 'NOT_FOUND',
      message: expect.stringContaining(`The decision ${decision} of the archive`),
    },
  });
  expect(await operations.lists(null, null)).toHaveLength(1);
  await writeFile(acts, text.replace('"RELEASE"', '"GUESS"'));
  await expect(operations.ingest({ paths: [], manifest })).rejects.toThrow(/DECISIONS\.json: [\s\S]*kind/);
  await writeFile(acts, text);
  await operations.ingest({ paths: [], manifest });
  expect(await operations.lists('ACCEPTED', null)).toHaveLength(2);
});

test('what is said of a list whose bytes are not kept is not in the archive', async () => {
  await ingest('2025-03-01', crowd);
  const held = await ingest('2025-03-02', crowd.slice(0, 4));
  await operations.revoke(await idOf(operations.release(held, 'checked')), 'cut off');
  await db.execute(sql`delete from original_pieces where sha256 = (select sha256 from snapshots where id = ${held})`);
  await db.execute(sql`delete from originals where sha256 = (select sha256 from snapshots where id = ${held})`);
  expect(await operations.archive(join(folder, 'missing'))).toMatchObject({
    ...{ files: 1, acts: 0, missing: ['2025-03-02_participating.csv'] },
  });
});

const anyAct = fc.record({
  act: fc.constantFrom(
    ...([
      'next',
      'next',
      'next',
      'next',
      'history',
      'cut',
      'strange',
      'late',
      'late',
      'merge',
      'merge',
      'split',
    ] as const),
    ...(['rename', 'withdraw', 'redate', 'judge', 'judge', 'decide', 'spell', 'revoke'] as const),
  ),
  pick: fc.nat(99),
  other: fc.nat(99),
  listed: fc.subarray([...crowd.slice(0, 12), 'Alpha Police', 'Alphas Police', 'Delta Marshal', 'Marshal Delta'], {
    minLength: 10,
  }),
});
type AnyAct = typeof anyAct extends fc.Arbitrary<infer Each> ? Each : never;

const dayAfter = (days: number): string => new Date(Date.UTC(2025, 2, 1 + days)).toISOString().slice(0, 10);
const chosen = <Each>(of: readonly Each[], which: number): Each | undefined => of[which % Math.max(1, of.length)];

/** What an operator does, as far as there is something to do it to. */
async function perform({ act, pick, other, listed }: AnyAct, last: { day: number }): Promise<unknown> {
  const inGeorgia = other % 14;
  if (act === 'late') return ingest(dayAfter(Math.max(0, last.day - (pick % 20))), listed, { inGeorgia });
  if (act === 'next' || act === 'history' || act === 'cut' || act === 'strange') {
    last.day += 1 + (pick % 4);
    const model = act === 'strange' ? 'Street Deputies' : 'Task Force Model';
    const rows = act === 'cut' ? listed.slice(0, 3) : listed;
    return ingest(dayAfter(last.day), rows, { model, inGeorgia, backfill: act === 'history' });
  }
  if (act === 'spell') {
    const [known] = await operations.spellings();
    if (known !== undefined) return operations.removeSpelling(known.id, 'not so');
    return operations.addSpelling({ subject: 'MODEL', printed: 'Street Deputies', means: 'task-force' }, 'so it is');
  }
  if (act === 'judge') {
    const list = chosen(await operations.lists('HELD', null), pick);
    if (other % 3 === 0) return list && operations.reject(list.id, 'cut');
    return list && operations.release(list.id, 'checked', { backfill: other % 3 === 1 });
  }
  if (act === 'withdraw' || act === 'redate') {
    const list = chosen(await operations.lists('ACCEPTED', null), pick);
    if (act === 'withdraw') return list && operations.withdraw(list.id, 'none');
    return list && operations.redate(list.id, `${dayAfter(other % 40)}T09:00:00-05:00`, 'its day');
  }
  if (act === 'decide') {
    const question = chosen(await operations.reviews('OPEN'), pick);
    return question && operations.decide(question.id, other % 2 === 0 ? 'SAME_AGENCY' : 'DIFFERENT_AGENCIES', 'known');
  }
  if (act === 'revoke') {
    const decision = chosen(
      (await operations.decisions()).filter(({ revokedAt }) => revokedAt === null),
      pick,
    );
    return decision && operations.revoke(decision.id, 'wrong');
  }
  const slugs = await selectRecords<{ slug: string }>(
    db,
    sql`select slug from agencies where derived and merged_into is null order by slug`,
  );
  const [one, two] = [chosen(slugs, pick), chosen(slugs, other)];
  if (act === 'merge') return one && two && operations.merge(one.slug, two.slug, 'one');
  if (act === 'split') return one && operations.split(one.slug, [chosen(listed, other) ?? ''], 'two');
  return (
    one && operations.rename(one.slug, chosen(['Echo Police', 'Alphas Police', 'Foxtrot'], other) ?? '', 'its own')
  );
}

test('so do random histories', { timeout: 3_600_000 }, async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 12, maxLength: 24 }), async (acts) => {
      await Promise.all([emptyLedger(db), emptyLedger(elsewhere.db)]);
      const last = { day: 0 };
      for (const act of acts) {
        await perform(act, last).catch((error: unknown) => {
          // What cannot be done, such as a merge of two states, changes nothing.
          if (!(error instanceof Refusal)) throw error;
        });
      }
      const before = await state();
      count += 1;
      const archive = join(folder, `random-${count}`);
      await operations.archive(archive);
      await operationsElsewhere.ingest({ paths: [], manifest: join(archive, 'MANIFEST.csv') });
      expect(await state(elsewhere)).toEqual(before);
    }),
    { numRuns: runs(1, 40) },
  );
});
