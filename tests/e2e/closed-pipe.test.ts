/** `accord287 … | head`: who stops reading has what they wanted. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runHere } from '../support/processes/command-here.ts';
import { dataDirectory, emptyLedger, entryOf, type Settings } from '../support/processes/program.ts';
import { servedLedger } from '../support/processes/served-ledger.ts';
import { openLiveServer } from '../support/servers/live-server.ts';

/** Runs a command whose reader is gone before it has anything to say; what it ends with comes last on stdout. */
async function runUnread(command: string, settings: Settings): Promise<{ stdout: string; stderr: string }> {
  const program = [process.execPath, ...entryOf('src/cli/accord287.ts')].map((part) => `"${part}"`).join(' ');
  const shell = spawn('bash', ['-c', `${program} ${command} | true; echo "\${PIPESTATUS[0]}"`], {
    env: { ...process.env, ...settings },
  });
  let [stdout, stderr] = ['', ''];
  shell.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  shell.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  await new Promise((resolve) => shell.once('close', resolve));
  return { stdout, stderr };
}

test('lists ends quietly when nobody reads on', async () => {
  await using ledger = await emptyLedger();
  expect(await runUnread('lists', ledger.settings)).toEqual({ stdout: '0\n', stderr: '' });
});

test.each(['lists', 'review list', 'departures', 'figures', 'lists --json'])(
  '%s of a running server ends quietly when nobody reads on',
  async (command) => {
    await using ledger = await servedLedger();
    expect(await runUnread(command, ledger.settings)).toEqual({ stdout: '0\n', stderr: '' });
  },
);

test('watch ends when nobody reads on, and names no place that nobody has seen', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  await using folder = await dataDirectory();
  await using server = await openLiveServer(ledger.database);
  const asked = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ ledger { position } }' }),
  });
  const { data } = (await asked.json()) as { data: { ledger: { position: string } } };
  const list = join(folder.path, '2025-03-01_participating.csv');
  await writeFile(list, 'STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE\nTEXAS,Alpha Marshal,Task Force Model\n');
  expect((await runHere(['ingest', list], ledger.settings)).code).toBe(0);
  const watch = `watch --url ${server.url} --history --after ${data.ledger.position}`;
  const { stdout, stderr } = await runUnread(watch, {});
  expect(stdout).toBe('0\n');
  expect(stderr).not.toContain('--after');
});
