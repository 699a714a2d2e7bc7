/** A list that the guard holds, as an operator meets it: by the server that owns the ledger, and without one. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ListEntry } from '../../src/operations/operations.ts';
import { runHere } from '../support/processes/command-here.ts';
import { dataDirectory, emptyLedger, runCommand, type Settings, startServer } from '../support/processes/program.ts';
import { servedLedger } from '../support/processes/served-ledger.ts';

const letters = [...'abcdefghijklmnopqrst'];

/** A list of agencies whose names are nothing alike, the same cut off after five, and a day later after four. */
async function writeLists(folder: string): Promise<{ whole: string; truncated: string; shorter: string }> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, agencies: readonly string[]): Promise<string> => {
    const rows = agencies.map((letter) => `TEXAS,${letter.repeat(9)} Police,Task Force Model,2025-02-01`);
    await writeFile(join(folder, name), ['STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED', ...rows, ''].join('\n'));
    return join(folder, name);
  };
  return {
    whole: await write('2025-03-01_participating.csv', letters),
    truncated: await write('2025-03-02_participating.csv', letters.slice(0, 5)),
    shorter: await write('2025-03-03_participating.csv', letters.slice(0, 4)),
  };
}

async function held(settings: Settings): Promise<ListEntry[]> {
  const { stdout, stderr, code } = await runHere(['lists', '--json'], settings);
  expect(code, stderr).toBe(0);
  // The command's own --json output.
  return JSON.parse(stdout) as ListEntry[];
}

test('is HELD each time it comes, and is listed with its id and the reasons until it is judged', {
  timeout: 120_000,
}, async () => {
  await using ledger = await emptyLedger();
  await using folder = await dataDirectory();
  const { whole, truncated } = await writeLists(join(folder.path, 'lists'));
  expect((await runHere(['ingest', whole], ledger.settings)).code).toBe(0);
  const first = await runHere(['ingest', truncated], ledger.settings);
  expect(first).toMatchObject({ code: 3, stdout: expect.stringContaining('HELD') });
  expect(first.stderr).toContain('accord287 release ID --reason TEXT --backfill');
  await using server = await startServer(ledger.settings);
  const second = await runHere(['ingest', truncated], ledger.settings);
  expect(second).toMatchObject({ code: 3, stdout: expect.stringContaining('HELD') });
  const [list, ...others] = await held(ledger.settings);
  expect(others).toEqual([]);
  expect(list).toMatchObject({
    ...{ status: 'HELD', kind: 'PARTICIPATING', fileName: '2025-03-02_participating.csv', rowCount: 5 },
    ...{ publishedAt: '2025-03-02T17:00:00.000Z', decidedAt: null },
    holdReasons: [{ rule: 'AGREEMENTS_MISSING', count: 15 }],
  });
  const shown = await runHere(['lists'], ledger.settings);
  expect(shown.stdout).toMatch(new RegExp(`${list?.id}.*15 listed agreements are missing, of 20 listed`));
  expect(shown.stderr).toContain('accord287 reject ID --reason TEXT');
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  expect(await held(ledger.settings)).toEqual([list]);
  const rejected = await runCommand(['reject', list?.id ?? '', '--reason', 'cut off'], ledger.settings);
  expect(rejected.code, rejected.stderr).toBe(0);
  expect((await runHere(['lists'], ledger.settings)).stdout).toBe('No list waits for a person.\n');
  const told = await runHere(['lists', '--status', 'REJECTED'], ledger.settings);
  expect(told.stdout).toMatch(/REJECTION: cut off \(decision [0-9a-f-]{36}\)/);
});

test('is tried out, then released with the number of its live events, by who owns the ledger', {
  timeout: 120_000,
}, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const { whole, truncated } = await writeLists(join(folder.path, 'lists'));
  expect((await runHere(['ingest', whole], ledger.settings)).code).toBe(0);
  expect((await runHere(['ingest', truncated], ledger.settings)).code).toBe(3);
  const [list] = await held(ledger.settings);
  const release = ['release', list?.id ?? '', '--reason', 'checked'];
  const counts = '15 agreements unlisted. Live, so that watchers are told: 15 of 15.';
  // What is undone needs no reason.
  const tried = await runHere(['release', list?.id ?? '', '--dry-run'], ledger.settings);
  expect(tried).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`Dry run, nothing was kept. Events: ${counts}\n`),
  });
  expect(tried.stdout).toMatch(
    /^Agreements that stand otherwise: 15 unlisted\.\n[\s\S]*UNLISTED.*status ACTIVE → UNLISTED/,
  );
  const diff = await runHere(['diff', list?.id.slice(0, 8) ?? ''], ledger.settings);
  expect(diff.stdout).toMatch(/HELD\. What would stand otherwise.*\nAgreements that stand otherwise: 15 unlisted\.\n/);
  const asHistory = await runHere([...release, '--backfill', '--dry-run'], ledger.settings);
  expect(asHistory.stdout).toContain(
    'Dry run, nothing was kept. Events: 15 agreements unlisted, 1 history changed. Live, so that watchers are told: 1 of 16.\n',
  );
  const released = await runHere(release, ledger.settings);
  expect(released.code, released.stderr).toBe(0);
  const [, decision = ''] = /^Decision (\S+): "accord287 revoke/m.exec(released.stdout) ?? [];
  expect(released.stdout).toContain(`Revision 3. Events: ${counts}\nDecision ${decision}: `);
  const again = await runHere(release, ledger.settings);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is ACCEPTED, not held') });
  const revoked = await runHere(['revoke', decision.slice(0, 8), '--reason', 'half a list'], ledger.settings);
  expect(revoked.stdout).toMatch(
    /^Revision 4\. Events: 15 events retracted\. Live, so that watchers are told: 15 of 15\.\n/,
  );
  expect(await held(ledger.settings)).toMatchObject([{ id: list?.id }]);
  const decisions = await runHere(['decisions', '--all'], ledger.settings);
  expect(decisions.stdout).toMatch(/RELEASE.*checked \(revoked .*: half a list\)/);
});

test('is listed after those that are older, which are to be judged first', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const { whole, truncated, shorter } = await writeLists(join(folder.path, 'lists'));
  expect((await runHere(['ingest', whole, truncated, shorter], ledger.settings)).code).toBe(3);
  const shown = await runHere(['lists'], ledger.settings);
  expect(shown.stdout).toMatch(/2025-03-02_participating[\s\S]*2025-03-03_participating/);
  expect(shown.stderr).toContain('Begin with the oldest of a kind');
  const [, last] = await held(ledger.settings);
  await runHere(['reject', last?.id ?? '', '--reason', 'cut off'], ledger.settings);
  expect((await runHere(['lists'], ledger.settings)).stderr).not.toContain('the oldest');
});

test('says before it is released who is told, and how it is taken back', async () => {
  expect((await runHere(['release', '--help'], {})).stdout).toMatch(/every watcher[\s\S]*"accord287 revoke"/);
});

test('names the commands for it as the reader runs them', async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const byNpx = { ...ledger.settings, npm_command: 'exec' };
  const { whole, truncated } = await writeLists(join(folder.path, 'lists'));
  const { stderr } = await runHere(['ingest', whole, truncated], byNpx);
  expect(stderr).toContain('\n  npx accord287 release ID --reason TEXT --backfill ');
  expect(stderr).not.toMatch(/(?<!npx )accord287 [a-z]/);
  expect((await runHere(['status'], byNpx)).stdout).toMatch(/^LIST_HELD: .*Look at it with "npx accord287 diff /);
  expect((await runHere(['release', 'no-id'], byNpx)).stderr).toContain('(see npx accord287 release --help)');
  expect((await runHere(['release', '--help'], byNpx)).stdout).toMatch(/^Usage: npx accord287 release [\s\S]*"npx acc/);
});

test('is accepted once what it prints means something', {
  timeout: 120_000,
}, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  const { whole } = await writeLists(join(folder.path, 'lists'));
  const strange = join(folder.path, 'lists', '2025-03-02_participating.csv');
  await writeFile(strange, (await readFile(whole, 'utf8')).replaceAll('Task Force Model', 'Local Deputies'));
  expect((await runHere(['ingest', whole], ledger.settings)).code).toBe(0);
  expect(await runHere(['ingest', strange], ledger.settings)).toMatchObject({
    ...{ code: 3, stderr: expect.stringContaining('accord287 spelling add') },
  });
  const add = ['spelling', 'add', '--kind', 'model', '--printed', 'local deputies', '--reason', 'their word'];
  const wrong = await runHere([...add, '--means', 'hybrid'], ledger.settings);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('means: “hybrid” is not a model') });
  const right = [...add, '--means', 'task-force'];
  const tried = await runHere([...right, '--dry-run'], ledger.settings);
  expect(tried.stdout).toMatch(/Dry run, nothing was kept\. No events\.\n20 rows are read otherwise\.\n/);
  const added = await runHere(right, ledger.settings);
  expect(added.stdout).toMatch(
    /^Revision 3\. No events\.\n20 rows are read otherwise\.\n2025-03-02_participating\.csv was held; no reason is left/,
  );
  const shown = await runHere(['spelling'], ledger.settings);
  const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(shown.stdout) ?? [];
  expect(shown.stdout).toMatch(/model.*local deputies.*TASK_FORCE.*their word/);
  const removed = await runHere(['spelling', 'remove', id.slice(0, 8), '--reason', 'not so'], ledger.settings);
  expect(removed.stdout).toContain('2025-03-02_participating.csv was accepted, and is held');
  expect(await held(ledger.settings)).toMatchObject([{ holdReasons: [{ rule: 'NOTHING_READABLE' }] }]);
  expect((await runHere(['spelling', 'list'], ledger.settings)).stdout).toBe('No spelling was added.\n');
});
