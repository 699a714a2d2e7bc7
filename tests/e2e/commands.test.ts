/** The command line as a process, with a ledger of its own and with one that a server owns. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockDirectory } from '../../src/database/folder/directory-lock.ts';
import { keptSampleLedger } from '../support/ledgers/filled-ledgers.ts';
import { runHere } from '../support/processes/command-here.ts';
import { dataDirectory, emptyLedger, runCommand, startServer } from '../support/processes/program.ts';
import { servedLedger } from '../support/processes/served-ledger.ts';
import { copyTemplate } from '../support/run/global-setup.ts';

interface Report {
  files: { status: string; fileName: string }[];
  dryRun: boolean;
}

function statuses(stdout: string): string[] {
  // The command's own --json output.
  return (JSON.parse(stdout) as Report).files.map((file) => file.status);
}

test('works on the ledger of a running server, and alone on the same ledger afterwards', {
  timeout: 180_000,
}, async () => {
  await using ledger = await emptyLedger();
  await using lists = await dataDirectory();
  const written = await runHere(['sample', '--agencies', '100', '--lists', '3', '--out', lists.path], {});
  expect(written.code).toBe(0);
  await using server = await startServer(ledger.settings);
  const [first, second] = await Promise.all([
    runCommand(['ingest', '--json', lists.path], ledger.settings),
    runCommand(['ingest', '--json', lists.path], ledger.settings),
  ]);
  expect([first.code, second.code], first.stderr + second.stderr).toEqual([0, 0]);
  const together = [...statuses(first.stdout), ...statuses(second.stdout)].sort();
  expect(together).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
  expect(first.stderr).toContain('3 files read');
  await using copies = await dataDirectory();
  const archive = join(copies.path, 'archive');
  const archived = await runHere(['archive', archive], ledger.settings);
  expect(archived, archived.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('3 files') });
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  const alone = await runHere(['ingest', '--json', lists.path], ledger.settings);
  expect(statuses(alone.stdout)).toEqual(['DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
  await using other = await emptyLedger();
  const manifest = join(archive, 'MANIFEST.csv');
  const copied = await runHere(['ingest', '--json', '--manifest', manifest], other.settings);
  expect(statuses(copied.stdout), copied.stderr).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
  const asFolder = await runHere(['ingest', archive], other.settings);
  expect(asFolder).toMatchObject({ code: 1, stderr: expect.stringContaining(`ingest --manifest ${manifest}`) });
});

test('tells a script what became of the lists by its exit code', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  await writeFile(join(folder.path, 'notes.csv'), 'no,known,header\n1,2,3\n');
  const rejected = await runHere(['ingest', folder.path], ledger.settings);
  expect(rejected.code).toBe(2);
  expect(rejected.stdout).toMatch(/notes\.csv.*REJECTED/);
  const missing = await runCommand(['ingest', join(folder.path, 'nothing.xlsx')], ledger.settings);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing.xlsx') });
  const unusable = await runHere(['review', 'list'], { ...ledger.settings, PORT: 'many', SAMPLE: 'perhaps' });
  expect(unusable).toMatchObject({ code: 1, stderr: expect.stringMatching(/PORT[\s\S]*SAMPLE/) });
  const unknown = await runHere(['release', 'no-such-list', '--reason', 'test'], ledger.settings);
  expect(unknown.code).toBe(1);
});

test('names the process that has the ledger open without a server', async () => {
  await using data = await dataDirectory('real');
  const lock = await lockDirectory(join(data.path, 'real'));
  const refused = await runHere(['departures'], { DATA_DIR: data.path, SAMPLE: 'false' });
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`process ${process.pid}`) });
  await lock.release();
});

test.each(['127.0.0.1', 'localhost', 'nowhere.invalid'])('says that the database at %s is away', async (host) => {
  const away = { DATABASE_URL: `postgres://accord287@${host}:9/accord287` };
  for (const command of [['status'], ['departures']]) {
    expect(await runHere(command, away)).toMatchObject({
      ...{
        code: 4,
        stdout: '',
        stderr: expect.stringMatching(/^accord287: The database of DATABASE_URL cannot be reached: \S/),
      },
    });
  }
});

test('a dry run leaves no ledger behind', { timeout: 60_000 }, async () => {
  await using data = await dataDirectory();
  const out = join(data.path, 'lists');
  await mkdir(out);
  await runHere(['sample', '--agencies', '100', '--lists', '1', '--out', out], {});
  const tried = await runHere(['ingest', '--dry-run', '--json', out], { DATA_DIR: join(data.path, 'ledgers') });
  expect(JSON.parse(tried.stdout)).toMatchObject({ dryRun: true, files: [{ status: 'ACCEPTED' }] });
  const after = await runHere(['ingest', '--json', out], { DATA_DIR: join(data.path, 'ledgers') });
  expect(statuses(after.stdout)).toEqual(['ACCEPTED']);
});

test('real lists never reach the sample ledger', async () => {
  await using data = await dataDirectory('sample');
  const list = join(data.path, 'list.csv');
  await writeFile(list, 'STATE\n');
  const refused = await runHere(['ingest', list], { DATA_DIR: data.path, SAMPLE: 'true' });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('sample') });
});

test('begins the sample ledger again, but not while somebody has it open', async () => {
  await using data = await dataDirectory();
  const settings = { DATA_DIR: data.path };
  for (const ledger of ['sample', 'real']) await mkdir(join(data.path, ledger));
  const lock = await lockDirectory(join(data.path, 'sample'));
  const refused = await runHere(['sample', 'reset'], settings);
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`process ${process.pid}`) });
  await lock.release();
  const reset = await runCommand(['sample', 'reset'], settings);
  expect(reset).toMatchObject({ code: 0, stdout: 'The next start fills the sample ledger again.\n' });
  // The lock's own file is never removed: another process could hold the removed one.
  expect(await readdir(data.path)).toEqual(['real', 'sample.flock']);
  const none = await runHere(['sample', 'reset'], settings);
  expect(none).toMatchObject({ code: 0, stdout: 'There is no sample ledger yet.\n' });
});

test('goes on with the sample ledger that the first start filled, and releases its next list through the server', {
  timeout: 120_000,
}, async () => {
  await using data = await dataDirectory();
  copyTemplate(await keptSampleLedger(), join(data.path, 'sample'));
  await using server = await startServer({ DATA_DIR: data.path });
  const next = await runHere(['sample', 'next', '--json'], { DATA_DIR: data.path });
  expect(next.code, next.stderr).toBe(0);
  expect(JSON.parse(next.stdout)).toMatchObject({ files: [{ status: 'ACCEPTED', events: expect.any(Object) }] });
  expect(server.log.filter(({ msg }) => msg === 'sample ledger filled')).toEqual([]);
});

test('does not make a ledger of a folder that has none, nor answer as if it were empty', async () => {
  await using data = await dataDirectory();
  for (const command of ['departures', 'lists', 'migrate']) {
    const refused = await runHere([command], { DATA_DIR: data.path });
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`no ledger in ${data.path}`),
    });
  }
  expect(await readdir(data.path)).toEqual([]);
});

test('names the decision that a merge made, and takes it back by that name', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const list = join(folder.path, '2025-03-01_participating.csv');
  const rows = ['Alpha Marshal', 'Zulu Constable'].map((name) => `TEXAS,${name},Task Force Model,2025-02-01`);
  await writeFile(list, ['STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED', ...rows, ''].join('\n'));
  expect((await runHere(['ingest', list], ledger.settings)).code).toBe(0);
  const slugs = ['tx-alpha-marshal', 'tx-zulu-constable'];
  const merged = await runHere(['review', 'merge', ...slugs, '--reason', 'one office'], ledger.settings);
  const [, id = ''] = /Decision (\S+): "accord287 revoke/.exec(merged.stdout) ?? [];
  const decided = await runHere(['review', 'decisions'], ledger.settings);
  expect(decided.stdout).toMatch(
    new RegExp(`${id}.*alpha marshal \\| zulu constable.*one office[\\s\\S]*1 decision\n`),
  );
  const revoked = await runHere(['review', 'revoke', id, '--reason', 'two offices'], ledger.settings);
  expect(revoked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Revision 3\. .*\n$/) });
  const left = await runHere(['review', 'decisions'], ledger.settings);
  expect(left.stdout).toContain('0 decisions');
});

test('shows what left the list with the lists, the link and the slug by which to name the agency', {
  timeout: 60_000,
}, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const write = (name: string, agencies: readonly string[]): Promise<void> => {
    const rows = agencies.map((agency) => `TEXAS,${agency},Task Force Model,2025-02-01,https://example.org/moa.pdf`);
    const head = 'STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED,MOA_URL';
    return writeFile(join(folder.path, name), [head, ...rows, ''].join('\n'));
  };
  await write('2025-03-01_participating.csv', ['Alpha Marshal', 'Zulu Constable']);
  await write('2025-03-02_participating.csv', ['Alpha Marshal']);
  expect((await runHere(['ingest', folder.path], ledger.settings)).code).toBe(0);
  const { stdout } = await runHere(['departures'], ledger.settings);
  for (const told of [
    ...['Zulu Constable', 'tx-zulu-constable', 'UNLISTED', 'signed 2025-02-01', 'https://example.org/moa.pdf'],
    ...['last with it: 2025-03-01_participating.csv', 'first without: 2025-03-02_participating.csv', '1 agreement\n'],
  ]) {
    expect(stdout).toContain(told);
  }
});
