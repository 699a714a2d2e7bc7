import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { alarms } from '../../../schema/tables/alarms.ts';
import { runnable } from '../../../src/config.ts';
import { alarmsByItself } from '../../../src/operations/alarms/alarms-by-itself.ts';
import { checkAlarms } from '../../../src/operations/alarms/check-alarms.ts';
import { messageOf } from '../../../src/operations/alarms/webhook.ts';
import { localUser } from '../../../src/operations/audit/actor.ts';
import { createOperations } from '../../../src/operations/create-operations.ts';
import { followRound } from '../../../src/operations/follow/follow-round.ts';
import { ingest } from '../../support/ledgers/ledger.ts';
import { openFollowedSource } from '../../support/source/followed-source.ts';
import { agencyNames, workbookOf } from '../../support/source/stub-source.ts';

const { database, source } = await openFollowedSource();
const { db } = database;
const operations = createOperations(database);

const crowd = agencyNames(20).map((agency) => ({ agency }));
const check = () => checkAlarms(database, { webhook: `${source.origin}/hook`, directory: null });
const told = () => source.told.flatMap((message) => message.alarms.map(({ kind, state }) => `${kind} ${state}`));
const endings = () =>
  source.told.flatMap((message) => message.alarms.flatMap((alarm) => (alarm.state === 'CLEARED' ? alarm.message : [])));

test('a held list is told once, again each day, and its end once', async () => {
  await ingest(db, { on: '2026-03-01', rows: crowd });
  const { snapshotId } = await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  await check();
  await check();
  expect(told()).toEqual(['LIST_HELD OPEN']);
  expect(source.told[0]).toMatchObject({
    text: expect.stringMatching(/^Accord287: ALARM LIST_HELD: The list 2026-03-02_participating.xlsx is held: /),
    content: source.told[0]?.text,
    alarms: [{ subject: snapshotId, since: expect.any(String), until: null }],
  });
  await db.update(alarms).set({ toldAt: sql`now() - interval '25 hours'` });
  await check();
  await operations.release(snapshotId, 'checked');
  await check();
  await check();
  expect(told()).toEqual(['LIST_HELD OPEN', 'LIST_HELD REMINDER', 'LIST_HELD CLEARED']);
  expect(endings()).toEqual([
    `The list 2026-03-02_participating.xlsx was held, and was released by ${localUser()} ("checked").`,
  ]);
  expect(source.told.at(-1)?.text).toBe(`Accord287: OVER LIST_HELD: ${endings()[0]}`);
  expect(await operations.status()).toMatchObject({ alarms: [] });
});

test('the end of a held list names who rejected it, or that no reason was left', async () => {
  const [editor, other] = ['editor', 'other'].map((name) =>
    createOperations(database, undefined, { name, keyId: null, address: '203.0.113.7' }),
  );
  await ingest(db, { on: '2026-03-01', rows: crowd });
  const first = await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  const second = await ingest(db, { on: '2026-03-03', rows: crowd.slice(0, 4) });
  await check();
  await editor?.reject(first.snapshotId, 'cut off');
  await check();
  // A short list before it is one that it keeps to.
  const [{ id = '' } = {}] = await operations.lists('REJECTED', null);
  const [decision] = (await operations.decisions()).filter(({ list }) => list?.id === id);
  await other?.revoke(decision?.id ?? '', 'it was right');
  await check();
  await other?.release(first.snapshotId, 'it was right');
  await check();
  expect((await operations.lists('ACCEPTED', null)).map((list) => list.id)).toContain(second.snapshotId);
  expect(endings()).toEqual([
    'The list 2026-03-02_participating.xlsx was held, and was rejected by editor ("cut off").',
    'The list 2026-03-03_participating.xlsx was held, and was accepted when no reason was left.',
    'The list 2026-03-02_participating.xlsx was held, and was released by other ("it was right").',
  ]);
});

test('what the webhook does not take is told at the next look, and what nobody heard of needs no end', async () => {
  await ingest(db, { on: '2026-03-01', rows: crowd });
  const { snapshotId } = await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  const nobody = { webhook: 'http://127.0.0.1:9/secret-path', directory: null };
  const failure = await checkAlarms(database, nobody).catch((error: Error) => error);
  expect(String(failure)).toMatch(/OPERATOR_WEBHOOK_URL could not be reached/);
  expect(String(failure)).not.toContain('secret');
  await check();
  expect(told()).toEqual(['LIST_HELD OPEN']);
  await ingest(db, { on: '2026-03-03', rows: crowd.slice(0, 4) });
  await expect(checkAlarms(database, nobody)).rejects.toThrow();
  const [second] = await operations.lists('HELD', null);
  await operations.reject(second?.id ?? '', 'cut off');
  await operations.reject(snapshotId, 'cut off');
  await check();
  expect(told()).toEqual(['LIST_HELD OPEN', 'LIST_HELD CLEARED']);
});

test('instances that look at the same time tell once', async () => {
  await ingest(db, { on: '2026-03-01', rows: crowd });
  await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  await Promise.all([check(), check(), check()]);
  expect(told()).toEqual(['LIST_HELD OPEN']);
});

test('a list that was released for a day to come is told until it is of its own day', async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString();
  const [ahead, published] = [inDays(40), inDays(-1)];
  await ingest(db, { on: inDays(-30), rows: crowd });
  const { snapshotId, status } = await ingest(db, { on: ahead, rows: crowd.slice(1) });
  expect(status).toBe('HELD');
  await operations.release(snapshotId, 'a mistake');
  expect((await operations.status()).alarms).toEqual([
    {
      ...{ kind: 'LIST_AHEAD', subject: snapshotId, since: null },
      message: `The list ${ahead.slice(0, 10)}_participating.xlsx stands as published ${ahead}, 40 days from now: each list of before that time is late, and of a late list watchers are told only what changes today. If its time is wrong, say so: "accord287 redate ${snapshotId} TIME --reason TEXT" gives it the time at which it was published, "accord287 withdraw ${snapshotId} --reason TEXT" derives everything as if it had never counted.`,
    },
  ]);
  await check();
  await operations.redate(snapshotId, published, 'its workbook');
  await check();
  expect(told()).toEqual(['LIST_AHEAD OPEN', 'LIST_AHEAD CLEARED']);
  expect(endings()).toEqual([
    `The list ${ahead.slice(0, 10)}_participating.xlsx was dated too late, and was re-dated by ${localUser()} ("its workbook").`,
  ]);
});

test('a list that is dated long after its workbook is told once it makes another one late', async () => {
  const recent = crowd.map((each) => ({ ...each, signed: '2026-02-25' }));
  await ingest(db, { on: '2026-03-01', rows: recent });
  const dated = await ingest(db, {
    ...{ on: '2026-04-05', rows: recent.slice(1), modifiedAt: '2026-03-10T15:00:00.000Z' },
    issues: [
      {
        ...{ rowNumber: null, column: null, code: 'CONTRADICTED_TIME', printed: 'the name' },
        reason: 'The workbook was saved on 2026-03-10, 26 days before 2026-04-05.',
      },
    ],
  });
  await ingest(db, { on: '2026-03-09', rows: recent });
  await check();
  expect(told()).toEqual([]);
  await ingest(db, { on: '2026-04-01', rows: recent });
  await check();
  expect(source.told.at(-1)?.text).toMatch(
    /^Accord287: ALARM LIST_AHEAD: The list 2026-04-05_participating.xlsx stands as published 2026-04-05T12:00:00.000Z: 1 list that came after it is late, as is each of before that time, .* But of it: The workbook was saved on 2026-03-10, 26 days before 2026-04-05. .*accord287 redate \S+ 2026-03-10 --reason TEXT"/,
  );
  await operations.withdraw(dated.snapshotId, 'of no day');
  await check();
  expect(told()).toEqual(['LIST_AHEAD OPEN', 'LIST_AHEAD CLEARED']);
  expect(endings()).toEqual([expect.stringMatching(/ and was withdrawn by .* \("of no day"\)\.$/)]);
});

test('a source that is not seen for hours, and a workbook that is no list', async () => {
  const settings = { page: source.page, lists: [], schedule: '* * * * *', staleHours: 3, userAgent: 'test' };
  const look = () => followRound(database, settings, { onlyIfDue: false });
  const bytes = await workbookOf(agencyNames(20), '2026-03-01T15:00:00Z');
  source.put('/participating.xlsx', { bytes, lastModified: '2026-03-01T15:00:00Z' });
  source.links('/participating.xlsx');
  await look();
  await check();
  source.html('<p>Under construction</p>');
  await look();
  await check();
  expect(told()).toEqual([]);
  await db.execute(
    sql`update followed set good_at = good_at - interval '4 hours', first_at = first_at - interval '4 hours'`,
  );
  await check();
  const { lists, alarms: wrong } = await operations.status();
  expect(wrong).toMatchObject([{ kind: 'SOURCE_STALE', since: expect.any(String) }]);
  expect(lists[0]).toMatchObject({
    ...{ kind: 'PARTICIPATING', lastOutcome: 'PAGE_WITHOUT_LINK', staleSince: expect.any(String) },
    staleReason: expect.stringContaining('PAGE_WITHOUT_LINK'),
  });
  const { buildWorkbook } = await import('../../unit/intake/workbook-builder.ts');
  source.put('/participating.xlsx', { bytes: await buildWorkbook([{ rows: [['notes'], ['of no use']] }]) });
  source.links('/participating.xlsx');
  await look();
  await check();
  source.put('/participating.xlsx', { bytes, lastModified: '2026-03-01T15:00:00Z' });
  await look();
  await check();
  expect(told().sort()).toEqual([
    ...['FILE_REJECTED CLEARED', 'FILE_REJECTED OPEN', 'SOURCE_STALE CLEARED', 'SOURCE_STALE OPEN'],
  ]);
  expect(endings()).toEqual([
    expect.stringMatching(/^The list of participating agencies was seen at the source again; .* from 20\S+Z on\.$/),
    expect.stringMatching(
      /^A look at the source no longer finds the workbook that could not be read .*participating\.xlsx\.$/,
    ),
  ]);
});

test('a disk that is nearly full is told with what is left', async () => {
  const { fullDisk } = await import('../../../src/operations/alarms/conditions.ts');
  const disk = { path: '/ledger', totalBytes: 20e9 };
  expect(fullDisk({ ...disk, freeBytes: 1e9 })).toEqual([]);
  expect(fullDisk({ ...disk, freeBytes: 120e6 })).toMatchObject([
    { kind: 'DISK_FULL', message: 'The disk of the ledger has 120 MB left (/ledger).' },
  ]);
  expect((await checkAlarms(database, { webhook: null, directory: '/' })).length).toBe(0);
});

test('a disk that is so full that no alarm can be kept is told all the same, once', async () => {
  await db.execute(sql`create function refuse_all() returns trigger language plpgsql
    as $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  await db.execute(sql`create trigger refuse_all before insert on leases for each row execute function refuse_all()`);
  const stop = new AbortController();
  const said: string[] = [];
  const note = (_facts: object, message: string) => void said.push(message);
  const settings = { webhook: `${source.origin}/hook`, directory: '/ledger' };
  const looking = alarmsByItself(database, settings, { info: note, warn: note, error: note }, stop.signal);
  await expect.poll(() => said).toEqual([expect.stringMatching(/^alarms: The disk is full/)]);
  stop.abort();
  await looking;
  await db.execute(sql`drop function refuse_all cascade`);
  expect(source.told.map(({ text }) => text)).toEqual([
    'Accord287: ALARM DISK_FULL: The disk of the ledger is full: nothing is written (/ledger).',
  ]);
});

test('a webhook that redirects, also to within, or does not end its answer leads nowhere else', async () => {
  await ingest(db, { on: '2026-03-01', rows: crowd });
  await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  const webhook = `${source.origin}/moved`;
  const asked = source.asked.length;
  for (const location of [`${source.origin}/hook`, 'http://169.254.169.254/latest']) {
    source.put('/moved', (_request, response) => void response.writeHead(307, { location }).end());
    await expect(checkAlarms(database, { webhook, directory: null })).rejects.toThrow(
      /^OPERATOR_WEBHOOK_URL answered 307\.$/,
    );
  }
  expect(source.told).toEqual([]);
  source.put('/moved', (_request, response) => void response.writeHead(200).write('more '));
  expect(await checkAlarms(database, { webhook, directory: null })).toHaveLength(1);
  await expect.poll(() => source.asked.slice(asked)).toEqual(['/moved 307', '/moved 307', '/moved 200']);
});

test('a message is no longer than what its readers take', () => {
  const alarm = {
    ...{ id: 1, kind: 'LIST_HELD' as const, subject: 'x', message: 'y'.repeat(500), openedAt: new Date() },
    ...{ toldAt: null, closedAt: null, clearedAt: null },
  };
  const message = messageOf(
    Array.from({ length: 10 }, () => ({ alarm, state: 'OPEN' as const, message: 'y'.repeat(500) })),
  );
  expect(message).toMatchObject({ text: expect.stringMatching(/…$/), alarms: { length: 10 } });
  expect(JSON.stringify(message).length).toBeLessThan(20_000);
});

test('a message names commands as they are run where the server runs', async () => {
  await ingest(db, { on: '2026-03-01', rows: crowd });
  await ingest(db, { on: '2026-03-02', rows: crowd.slice(0, 3) });
  vi.stubEnv('npm_command', 'start');
  await checkAlarms(database, { webhook: `${source.origin}/hook`, directory: null, naming: runnable });
  vi.unstubAllEnvs();
  expect(source.told[0]?.text).toMatch(/Look at it with "npx accord287 diff \S+"/);
  expect(source.told[0]?.alarms[0]?.message).toMatch(/Look at it with "npx accord287 diff \S+"/);
});

test('a backup that fails, or that nobody makes any more, is told until one is made', async () => {
  const startedAt = new Date().toISOString();
  const made = { file: '/backups/Mon.backup', startedAt, bytes: 12, error: null };
  await check();
  expect(await operations.status()).toMatchObject({ backup: null, alarms: [] });
  await operations.noteBackup(made);
  await operations.noteBackup({ ...made, bytes: null, error: 'The disk is full.' });
  await check();
  expect(source.told[0]?.text).toMatch(/A backup failed: The disk is full\. The last one is of .*Mon\.backup/);
  expect((await operations.status()).backup).toEqual({ file: made.file, startedAt, bytes: 12 });
  await operations.noteBackup(made);
  await check();
  await db.execute(sql`update backups set started_at = started_at - interval '9 days'`);
  await check();
  expect(told()).toEqual(['BACKUP_FAILED OPEN', 'BACKUP_FAILED CLEARED', 'BACKUP_FAILED OPEN']);
  expect(endings()).toEqual([`A backup failed or was missed, and one was made since: ${startedAt}, ${made.file}.`]);
});
