/** Keys and the audit log on the command line. */
import { expect, test } from 'vitest';
import { localUser } from '../../src/operations/audit/actor.ts';
import { runHere } from '../support/processes/command-here.ts';
import { emptyLedger, startServer } from '../support/processes/program.ts';
import { servedLedger } from '../support/processes/served-ledger.ts';

const json = async (args: readonly string[], settings: Record<string, string | undefined>) => {
  const ended = await runHere([...args, '--json'], settings);
  expect(ended.code, ended.stderr).toBe(0);
  return JSON.parse(ended.stdout);
};

test('a key is made, listed and revoked, and each is in the audit log', { timeout: 60_000 }, async () => {
  await using ledger = await servedLedger();
  const { key, prefix } = await json(['key', 'create', '--role', 'admin', '--name', 'desk'], ledger.settings);
  const listed = await runHere(['key', 'list'], ledger.settings);
  expect(listed.stdout).toContain(prefix);
  expect(listed.stdout).not.toContain(key);
  const revoked = await runHere(['key', 'revoke', prefix, '--reason', 'lost'], ledger.settings);
  expect(revoked.stdout).toContain(`${prefix} (desk) is revoked`);
  expect((await runHere(['key'], ledger.settings)).stdout).toContain('0 keys');
  expect((await runHere(['key', 'list', '--all'], ledger.settings)).stdout).toContain('lost');
  const acts = await json(['audit'], ledger.settings);
  expect(acts.map(({ act }: { act: string }) => act)).toEqual(['REVOKE_KEY', 'CREATE_KEY']);
  const one = await runHere(['audit', '--act', 'revoke-key', '--limit', '5'], ledger.settings);
  expect(one.stdout).toMatch(/revoke-key[\s\S]*lost[\s\S]*1 entry/);
  for (const wrong of [
    ['--act', 'dance'],
    ['--limit', '0'],
  ])
    expect(await runHere(['audit', ...wrong], ledger.settings)).toMatchObject({ code: 1 });
  const noRole = await runHere(['key', 'create', '--role', 'king', '--name', 'x'], ledger.settings);
  expect(noRole).toMatchObject({ code: 1, stderr: expect.stringContaining('read, ingest, admin') });
});

test('a running server obeys within seconds, and says who ran the commands', { timeout: 90_000 }, async () => {
  await using ledger = await emptyLedger();
  await using server = await startServer(ledger.settings);
  const { key, prefix } = await json(['key', 'create', '--role', 'admin', '--name', 'desk'], ledger.settings);
  const ask = async (): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(server.url, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` } },
      body: JSON.stringify({ query: '{ auditLog { nodes { act actor address } } }' }),
    });
    return { status: response.status, body: await response.json() };
  };
  await expect.poll(async () => (await ask()).status).toBe(200);
  const entry = { act: 'CREATE_KEY', actor: localUser(), address: null };
  expect((await ask()).body).toEqual({ data: { auditLog: { nodes: [entry] } } });
  const revoked = await runHere(['key', 'revoke', prefix, '--reason', 'lost'], ledger.settings);
  expect(revoked.code, revoked.stderr).toBe(0);
  await expect.poll(async () => (await ask()).status).toBe(401);
  expect(JSON.stringify(server.log)).not.toContain(key);
});
