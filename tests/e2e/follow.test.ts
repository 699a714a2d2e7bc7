/** A server that follows by itself, killed in the middle of it, with an operator who hears what is wrong. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { leases } from '../../schema/tables/follow.ts';
import { openDatabase } from '../../src/database/open.ts';
import { cloneTemplate } from '../support/databases/test-database.ts';
import { runHere } from '../support/processes/command-here.ts';
import {
  type RunningServer,
  runCommand,
  type Settings,
  settingsOf,
  startCommand,
  startServer,
} from '../support/processes/program.ts';
import { agencyNames, openStubSource, type StubSource, workbookOf } from '../support/source/stub-source.ts';

const address = '/participatingAgencies.xlsx';
const day = (number: number): string => new Date(Date.UTC(2026, 2, number, 15)).toISOString();

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await setTimeout(200);
  }
}

async function accepted({ url }: RunningServer): Promise<string[]> {
  const body = JSON.stringify({ query: '{ snapshots(filter: { statuses: [ACCEPTED] }) { nodes { publishedAt } } }' });
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const { data } = (await answer.json()) as { data: { snapshots: { nodes: { publishedAt: string }[] } } };
  return data.snapshots.nodes.map(({ publishedAt }) => publishedAt).reverse();
}

/** Whose leases can be taken from a process that died. */
async function ledgerOfItsOwn(): Promise<{ settings: Settings; forgetLeases(): Promise<void> } & AsyncDisposable> {
  const { config, remove } = await cloneTemplate();
  return {
    settings: settingsOf(config),
    forgetLeases: async () => {
      const database = await openDatabase(config);
      await database.db.delete(leases);
      await database.close();
    },
    [Symbol.asyncDispose]: remove,
  };
}

async function post(source: StubSource, number: number, agencies = 20 + number): Promise<Uint8Array> {
  const bytes = await workbookOf(agencyNames(agencies), day(number));
  source.put(address, { bytes, lastModified: day(number) });
  source.links(address);
  return bytes;
}

const settingsFor = (settings: Settings, source: StubSource): Settings => ({
  ...settings,
  ...{ FOLLOW: 'true', FOLLOW_PAGE: source.page, FOLLOW_SCHEDULE: '* * * * * *', FOLLOW_CONTACT: 'test@example.org' },
});

// Both wait, for a lease that runs out and for the looks at what is wrong.
test.concurrent('follows the source, also across kills in the middle of a look', { timeout: 600_000 }, async () => {
  await using ledger = await ledgerOfItsOwn();
  await using source = await openStubSource();
  const settings = settingsFor(ledger.settings, source);
  await post(source, 1);
  const first = await startServer(settings);
  await until('the first list', async () => (await accepted(first)).length === 1);
  // Killed as it asks for a list, and again as it has got one.
  const second = await post(source, 2);
  source.put(address, () => first.kill('SIGKILL'));
  await first.ended;
  const again = await startServer(settings);
  let isKilled = false;
  source.put(address, (_request, response) => {
    response.writeHead(200, { 'last-modified': new Date(day(2)).toUTCString() }).end(second, () => {
      if (!isKilled) again.kill('SIGKILL');
      isKilled = true;
    });
  });
  await again.ended;
  // The lease of the first that died has run out by itself, after twenty seconds.
  await ledger.forgetLeases();
  await using last = await startServer(settings);
  await until('the second list', async () => (await accepted(last)).length === 2);
  expect(await accepted(last)).toEqual([day(1), day(2)]);
});

test.concurrent('tells an operator what is wrong and that it is over, and leaves the ledger free between two looks', {
  timeout: 600_000,
}, async () => {
  await using ledger = await ledgerOfItsOwn();
  await using source = await openStubSource();
  const settings = settingsFor(ledger.settings, source);
  await post(source, 1);
  await using server = await startServer({ ...settings, OPERATOR_WEBHOOK_URL: `${source.origin}/hook` });
  await until('the first list', async () => (await accepted(server)).length === 1);
  await post(source, 2, 4);
  await until('the alarm', () => source.told.length > 0);
  const odd = await runCommand(['status'], ledger.settings);
  expect(odd).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/LIST_HELD: The list participatingAgencies.xlsx/),
  });
  const id = source.told[0]?.alarms[0]?.subject ?? '';
  expect((await runHere(['reject', id, '--reason', 'cut off'], ledger.settings)).code).toBe(0);
  await post(source, 3);
  await until('the second list', async () => (await accepted(server)).length === 2);
  await until('the all-clear', () => source.told.length > 1);
  expect(source.told.map(({ alarms }) => alarms.map(({ kind, state }) => `${kind} ${state}`))).toEqual([
    ['LIST_HELD OPEN'],
    ['LIST_HELD CLEARED'],
  ]);
  expect(await accepted(server)).toEqual([day(1), day(3)]);
  expect((await runHere(['status'], ledger.settings)).code).toBe(0);
  server.kill('SIGTERM');
  expect((await server.ended).code).toBe(0);
  const alone = await runCommand(['follow', '--json'], settings);
  expect(JSON.parse(alone.stdout)).toMatchObject({
    ran: 'ROUND',
    looks: [{ outcome: 'PAGE_READ' }, { outcome: 'NOT_MODIFIED', kind: 'PARTICIPATING' }],
  });
  await post(source, 4);
  const watching = startCommand(['follow', '--watch'], settings);
  await until('the list of the command', () => /ACCEPTED/.test(watching.written()));
  // Between two looks the ledger is free for other commands.
  await until('another command', async () => (await runHere(['status'], ledger.settings)).code === 0);
  watching.kill('SIGTERM');
  await watching.ended;
});
