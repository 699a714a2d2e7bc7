/**
 * A ledger into which an operator let what should never have counted, put right with commands that the help names; and
 * what a watcher has who queried once and replaced by id from live events, through the server that owns the ledger.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ListEntry } from '../../src/operations/operations.ts';
import { runHere } from '../support/processes/command-here.ts';
import {
  dataDirectory,
  emptyLedger,
  type RunningServer,
  runCommand,
  startServer,
} from '../support/processes/program.ts';

/** Names that are nothing alike. */
const names = [...'abcdefghijklmnopqrst'].map((letter) => `${letter.repeat(9)} Police`);
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

interface Held {
  status: string;
  signedOn: string | null;
  endedOn: string | null;
  memorandum: string | null;
  agencyId: string;
  agencyName: string;
}

async function ask<T>({ url }: RunningServer, query: string): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

type Node = Omit<Held, 'agencyId' | 'agencyName'> & { id: string; agency: { id: string; name: string } };

async function query(server: RunningServer): Promise<{ position: string; held: Map<string, Held> }> {
  const { agreements } = await ask<{ agreements: { position: string; nodes: Node[] } }>(
    server,
    `{ agreements(first: 100, filter: { statuses: [PENDING, WITHDRAWN, ACTIVE, UNLISTED, ENDED, SUPERSEDED] }) {
      position nodes { id status signedOn endedOn memorandum agency { id name } } } }`,
  );
  const held = agreements.nodes.map(({ id, agency, ...rest }): [string, Held] => [
    id,
    { ...rest, agencyId: agency.id, agencyName: agency.name },
  ]);
  return { position: agreements.position, held: new Map(held.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

interface Event {
  backfill: boolean;
  standing: (Held & { agreementId: string | null; gone: boolean }) | null;
}

/** Replaces by id, live event after live event. */
async function follow(server: RunningServer, after: string, held: Map<string, Held>): Promise<Map<string, Held>> {
  const { ledgerEvents } = await ask<{ ledgerEvents: { nodes: Event[]; pageInfo: { hasNextPage: boolean } } }>(
    server,
    `{ ledgerEvents(first: 100, after: "${after}") { pageInfo { hasNextPage } nodes { backfill
      standing { agreementId gone status signedOn endedOn memorandum agencyId agencyName } } } }`,
  );
  expect(ledgerEvents.pageInfo.hasNextPage).toBe(false);
  const followed = new Map(held);
  for (const { backfill, standing } of ledgerEvents.nodes) {
    if (backfill || standing === null) continue;
    const { agreementId, gone, ...rest } = standing;
    for (const [id, each] of followed) {
      if (each.agencyId === rest.agencyId) followed.set(id, { ...each, agencyName: rest.agencyName });
    }
    if (agreementId !== null && gone) followed.delete(agreementId);
    else if (agreementId !== null) followed.set(agreementId, rest);
  }
  return new Map([...followed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('is put right with the commands that the help names, and who followed has what a query answers', {
  timeout: 240_000,
}, async () => {
  await using ledger = await emptyLedger();
  await using folder = await dataDirectory();
  await using server = await startServer(ledger.settings);
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await (args[0] === 'withdraw' ? runCommand : runHere)(args, ledger.settings);
    // A list that is held ends an ingest with 3.
    expect([0, args[0] === 'ingest' ? 3 : 0], `${args.join(' ')}: ${stderr}`).toContain(code);
    return stdout;
  };
  const release = async (): Promise<ListEntry> => {
    const [list] = JSON.parse(await run('lists', '--json')) as ListEntry[];
    if (!list) throw new Error('no list is held');
    await run('release', list.id, '--reason', 'in a hurry');
    return list;
  };
  const lists = join(folder.path, 'lists');
  await mkdir(lists);
  const ingest = async (on: string, agencies: readonly string[]): Promise<void> => {
    const path = join(lists, `${on}_participating.csv`);
    const rows = agencies.map((name) => `TEXAS,${name},Task Force Model,2025-02-01`);
    await writeFile(path, ['STATE,LAW ENFORCEMENT AGENCY,SUPPORT TYPE,SIGNED', ...rows, ''].join('\n'));
    await run('ingest', path);
  };
  await ingest(day(-9), names);
  await ingest(day(-8), [...names, 'Zulu Constable']);
  const { position, held } = await query(server);
  const truth = [...held.values()];

  // Half a list, a list of next month, and a merge of two that are not one: let in by mistake.
  await ingest(day(-7), names.slice(0, 5));
  const half = await release();
  await ingest(day(30), [...names, 'Zulu Constable', 'Yankee Marshal']);
  const future = await release();
  await run('review', 'merge', 'tx-zulu-constable', 'tx-aaaaaaaaa-police', '--reason', 'in a hurry');
  const poisoned = await query(server);
  expect([...poisoned.held.values()]).not.toEqual(truth);
  expect(await follow(server, position, held)).toEqual(poisoned.held);

  const help = await run('--help');
  for (const command of ['diff', 'withdraw', 'decisions', 'revoke']) expect(help).toContain(`\n  ${command} `);
  const decisions = await run('decisions');
  const idOf = (what: RegExp): string => {
    const line = decisions.split('\n').find((each) => what.test(each)) ?? '';
    return /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(line)?.[0] ?? '';
  };
  await run('revoke', idOf(/SAME_AGENCY/), '--reason', 'they are two');
  await run('revoke', idOf(new RegExp(`RELEASE.*${half.fileName}`)), '--reason', 'half a list');
  expect(await run('diff', future.id)).toMatch(/ADDED.*Yankee Marshal/);
  await run('withdraw', future.id.slice(0, 8), '--reason', 'of a day to come');

  const mended = await query(server);
  expect([...mended.held.values()]).toEqual(truth);
  expect(await follow(server, position, held)).toEqual(mended.held);
});
