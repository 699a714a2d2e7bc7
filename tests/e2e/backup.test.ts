/** Backups while a server runs, restores, and kill -9 in the middle of both: a whole file, a whole ledger, or nothing. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { BackupReport } from '../../src/database/backup/backup-report.ts';
import type { StatusReport } from '../../src/operations/operations.ts';
import { runHere } from '../support/processes/command-here.ts';
import {
  dataDirectory,
  type Ended,
  emptyLedger,
  type RunningServer,
  runCommand,
  type Settings,
  startCommand,
  startServer,
} from '../support/processes/program.ts';
import { administer, databaseUrl } from '../support/run/global-setup.ts';
import { runs } from '../support/run/long-tests.ts';

const KILLS = runs(1, 10);

test('kill -9 in the middle of a backup and a restore leaves nothing half done, and watchers are told', {
  timeout: 600_000,
}, async () => {
  await using lists = await dataDirectory();
  await runHere(['sample', '--agencies', '150', '--lists', '3', '--out', lists.path], {});
  const [first, ...others] = (await readdir(lists.path)).sort().map((name) => join(lists.path, name));
  await using ledger = await emptyLedger();
  await using server = await startServer(ledger.settings);
  await ingest(ledger.settings, first ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'accord287-backups-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'one.backup');

  const milliseconds = await timed(async () =>
    succeeded('backup', await runCommand(['backup', file], ledger.settings)),
  );
  const kept = await positionOf(server);
  const size = (await stat(file)).size;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killedAfter(milliseconds * Math.random(), ['backup', file], ledger.settings);
    // The older one, or the new one, which has the same.
    expect(Math.abs((await stat(file)).size - size)).toBeLessThan(size / 10);
    expect(await positionOf(server)).toBe(kept);
  }
  const whole = await runHere(['backup', file, '--json'], ledger.settings);
  succeeded('backup', whole);
  expect(await readdir(folder)).toEqual(['one.backup']);
  const { takenAt } = JSON.parse(whole.stdout) as BackupReport;
  expect((await statusOf(ledger.settings)).backup).toMatchObject({ file, startedAt: takenAt });

  // What comes after the backup is lost with the machine.
  for (const list of others) await ingest(ledger.settings, list);
  const lost = await positionOf(server);
  expect(lost).not.toBe(kept);
  server.kill('SIGKILL');
  await server.ended;

  for (let kill = 0; kill < KILLS; kill += 1) {
    await using target = await emptyTarget();
    const before = await killedAfter(milliseconds * Math.random(), ['restore', file], target.settings);
    const again = await runHere(['restore', file], target.settings);
    // Killed after its last step, or not in time, it was done.
    if (again.code !== 0) expect(again.stderr).toContain('replaces nothing');
    if (before === 0) expect(again.code).toBe(1);
    await using restored = await startServer(target.settings);
    const position = await positionOf(restored);
    expect(await codeAfter(restored, position)).toBeUndefined();
    expect(await codeAfter(restored, kept)).toBe('CURSOR_STALE');
    expect(await codeAfter(restored, lost)).toBe('CURSOR_STALE');
    const refused = await runHere(['restore', file], target.settings);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/stop it first/i);
    const { restored: from, lists: found } = await statusOf(target.settings);
    expect(from).toEqual({ file, madeAt: takenAt, restoredAt: expect.stringMatching(iso) });
    expect(found[0]?.lastCheckedAt).toMatch(iso);
    if (kill === 0) for (const list of others) await ingest(target.settings, list);
  }
});

test.runIf(inject('template').kind === 'pglite')(
  'a server whose folder is removed ends by itself, and writes nothing into the one that is restored there',
  { timeout: 120_000 },
  async () => {
    await using data = await dataDirectory('real');
    await using kept = await dataDirectory();
    const settings = { DATA_DIR: data.path, SAMPLE: 'false' };
    const file = join(kept.path, 'one.backup');
    await using server = await startServer(settings);
    succeeded('backup', await runHere(['backup', file], settings));
    await rm(data.path, { recursive: true });
    const restoring = runCommand(['restore', file], settings);
    expect((await server.ended).code).toBe(1);
    expect(server.log.at(-1)).toMatchObject({ level: 'fatal', msg: expect.stringContaining('removed or exchanged') });
    expect(await restoring).toMatchObject({ code: 0, stdout: expect.stringContaining('Restored') });
    await using again = await startServer(settings);
    expect(await positionOf(again)).not.toBe('');
  },
);

const iso = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function statusOf(settings: Settings): Promise<StatusReport> {
  const { stdout } = await runHere(['status', '--json'], settings);
  // The command's own --json output.
  return JSON.parse(stdout) as StatusReport;
}

function succeeded(command: string, { code, stderr }: Ended): void {
  expect([command, code, stderr.replace(/^Start the server.*\n/m, '')]).toEqual([command, 0, '']);
}

async function ingest(settings: Settings, list: string): Promise<void> {
  const { code, stdout } = await runHere(['ingest', list], settings);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/lists accepted +│ 1 /)]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The exit code, null where it was killed before its end. */
async function killedAfter(milliseconds: number, command: string[], settings: Settings): Promise<number | null> {
  const running = startCommand(command, settings);
  const timer = setTimeout(() => running.kill('SIGKILL'), milliseconds);
  const { code } = await running.ended;
  clearTimeout(timer);
  return code;
}

async function ask(
  server: RunningServer,
  query: string,
): Promise<{ data: never; errors?: { extensions: { code: string } }[] }> {
  const response = await fetch(`${server.url}?query=${encodeURIComponent(query)}`);
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

async function positionOf(server: RunningServer): Promise<string> {
  const { data } = await ask(server, '{ ledger { position } }');
  return (data as { ledger: { position: string } }).ledger.position;
}

async function codeAfter(server: RunningServer, cursor: string): Promise<string | undefined> {
  const { errors } = await ask(server, `{ ledgerEvents(after: "${cursor}") { nodes { id } } }`);
  return errors?.[0]?.extensions.code;
}

/** Where nothing is yet. */
async function emptyTarget(): Promise<{ settings: Settings } & AsyncDisposable> {
  const template = inject('template');
  if (template.kind === 'pglite') {
    const data = await dataDirectory();
    expect(existsSync(join(data.path, 'real'))).toBe(false);
    return { settings: { DATA_DIR: data.path }, [Symbol.asyncDispose]: data[Symbol.asyncDispose] };
  }
  const name = template.database.replace(/template$/, `restored_${Math.random().toString(36).slice(2)}`);
  await administer(template.adminUrl, (admin) => admin`create database ${admin(name)}`);
  return {
    settings: { DATABASE_URL: databaseUrl(template.adminUrl, name), DATA_DIR: tmpdir() },
    [Symbol.asyncDispose]: async () => {
      await administer(template.adminUrl, (admin) => admin`drop database ${admin(name)} with (force)`);
    },
  };
}
